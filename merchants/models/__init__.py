from merchants.models.audit import AuditRecord
from merchants.models.legal_entity import LegalEntity
from merchants.models.membership import Membership
from merchants.models.merchant import Merchant
from merchants.models.person import Person

__all__ = ["AuditRecord", "LegalEntity", "Membership", "Merchant", "Person"]
