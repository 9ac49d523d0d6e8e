"""The tables of the booking core, one subject a file; importing the package knows them all."""

from booking_client.model.api_key import ApiKeyRow
from booking_client.model.bar import BarReason, BarRow
from booking_client.model.base import Base
from booking_client.model.booking import BookingRow
from booking_client.model.channel import ChannelRow, SubChannelRow
from booking_client.model.data_key import DataKeyRow
from booking_client.model.department import DepartmentGroupRow, DepartmentRow
from booking_client.model.doctor import DoctorRow
from booking_client.model.hold import HoldRow, HoldState
from booking_client.model.hospital import CampusRow, HospitalRow
from booking_client.model.hospital_rule import HospitalRuleRow
from booking_client.model.idempotency import IdempotencyRow
from booking_client.model.patient import PatientRow, PhoneRow
from booking_client.model.personal_data_access import PersonalDataAccessRow
from booking_client.model.session import PERIODS, SessionRow, SessionStatus
from booking_client.model.session_quota import SessionQuotaRow
from booking_client.model.slot import SlotRow

__all__ = [
    "PERIODS",
    "ApiKeyRow",
    "BarReason",
    "BarRow",
    "Base",
    "BookingRow",
    "CampusRow",
    "ChannelRow",
    "DataKeyRow",
    "DepartmentGroupRow",
    "DepartmentRow",
    "DoctorRow",
    "HoldRow",
    "HoldState",
    "HospitalRow",
    "HospitalRuleRow",
    "IdempotencyRow",
    "PatientRow",
    "PersonalDataAccessRow",
    "PhoneRow",
    "SessionQuotaRow",
    "SessionRow",
    "SessionStatus",
    "SlotRow",
    "SubChannelRow",
]
