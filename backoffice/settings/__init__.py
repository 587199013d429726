"""Settings, one file per concern.  Everything that differs between installations comes from the environment."""

from backoffice.settings.api import *
from backoffice.settings.base import *
from backoffice.settings.database import *
from backoffice.settings.exchange import *
from backoffice.settings.logs import *
from backoffice.settings.mail import *
from backoffice.settings.pages import *
from backoffice.settings.people import *
from backoffice.settings.retention import *
from backoffice.settings.schedule import *
from backoffice.settings.security import *
from backoffice.settings.sync import *
from backoffice.settings.tasks import *
