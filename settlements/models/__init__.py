from settlements.models.agreement import Agreement
from settlements.models.ledger import Entry, Payment
from settlements.models.report import Report, ReportLine

__all__ = ["Agreement", "Entry", "Payment", "Report", "ReportLine"]
