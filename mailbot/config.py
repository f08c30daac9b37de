"""The settings: one TOML file into typed values. Every fault at once, each with file, line, key and the mend."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from mailbot.claims.case import MAILBOT
from mailbot.claims.errors import Fault, SetupError
from mailbot.secret import Secret
from mailbot.setting_faults import faults_of
from mailbot.tomlfile import TomlFile, read_toml

MODEL = "model.json"  # beside the configuration
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
Role = Literal["specialist", "head", "director", "legal", "operator", "privacy"]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}. Use a name such as Europe/Moscow.") from None
    return name


def _is_address(text: str) -> str:
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or any(c.isspace() or c in "<>,;" for c in text):
        raise ValueError(f"{text!r} is not an e-mail address. Write it as name@example.org, without a display name.")
    return text


def _forwards(text: str) -> str:
    if text.startswith("@") and "." in text and "@" not in text[1:] and not any(c.isspace() for c in text):
        return text
    try:
        return _is_address(text)
    except ValueError:
        raise ValueError(f'{text!r} is neither an address nor a "@domain". Write "sales@example.org" or "@example.org".') from None


def _known_database(text: str) -> str:
    scheme, is_url, _ = text.partition("://")
    if is_url and scheme not in ("sqlite", "postgresql+psycopg"):
        raise ValueError(f"{scheme}:// is not supported. Write a file's path, or postgresql+psycopg://user@host/name.")
    return text


Zone = Annotated[str, AfterValidator(_known_zone)]
EmailAddress = Annotated[str, AfterValidator(_is_address)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Company(Part):
    name: str = "Компания"
    name_en: str = ""
    domains: tuple[str, ...] = ()
    signature: str = "Отдел по работе с претензиями"
    signature_en: str = "Claims department"
    contact_person: str = ""
    contact_person_en: str = ""
    phone: str = ""
    hours: str = "пн–пт 9:00–18:00"
    hours_en: str = "Mon–Fri 9:00–18:00"
    privacy_link: str = ""


class Office(Part):
    timezone: Zone = "Europe/Moscow"


class Languages(Part):
    default: str = "ru"
    known: tuple[str, ...] = ("ru", "en")

    @model_validator(mode="after")
    def _default_is_known(self) -> Self:
        if self.default not in self.known:
            raise ValueError(f"default = {self.default!r} is not among known = {list(self.known)}. Add it there.")
        return self


class OAuth(Part):
    """Where an access token comes from: a command's output, or one of two grants (RFC 6749 sections 6 and 4.4)."""

    grant: Literal["command", "refresh_token", "client_credentials"] = "command"
    command: tuple[str, ...] = ()
    token_url: str = ""
    client_id: str = ""
    client_secret: Secret | None = None
    client_secret_expires_on: str = ""
    refresh_token: Secret | None = None
    scope: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needs = {
            "command": ("command",),
            "refresh_token": ("token_url", "client_id", "refresh_token"),
            "client_credentials": ("token_url", "client_id", "client_secret", "scope"),
        }[self.grant]
        if absent := [key for key in needs if not getattr(self, key)]:
            raise ValueError(f"grant = {self.grant!r} needs {', '.join(absent)}. Add it to this table.")
        return self


class Server(Part):
    """A mail server and how to sign in."""

    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    ca_file: Path | None = None
    user: str = ""
    password: Secret | None = None
    oauth: OAuth | None = None
    timeout: int = Field(default=60, ge=1)

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.tls == "none" and self.host not in LOOPBACK:
            raise ValueError(f'tls = "none" is for this machine only, and {self.host!r} is another. Use "implicit" or "starttls".')
        if self.password and self.oauth:
            raise ValueError("both password and oauth are given. Keep one of them.")
        return self


class Smtp(Server):
    port: int = Field(default=465, ge=1, le=65535)
    final_reply_timeout: int = Field(default=600, ge=1)
    connections: int = Field(default=2, ge=1, le=20)


class Mailbox(Server):
    """A claims mailbox."""

    name: str = Field(min_length=1, max_length=50, pattern=r"^[A-Za-z0-9_-]+$")
    address: EmailAddress
    aliases: tuple[EmailAddress, ...] = ()
    port: int = Field(default=993, ge=1, le=65535)
    folders: tuple[str, ...] = Field(default=("INBOX",), min_length=1)
    after_filing: Literal["leave", "flag", "move"] = "leave"
    move_to: str = ""
    history: Literal["quiet", "skip"] = "quiet"
    authserv_id: str = ""
    bounce_address: EmailAddress | None = None
    poll_seconds: int = Field(default=60, ge=1)
    idle: bool = True
    max_mail_bytes: int = Field(default=50_000_000, ge=1)
    smtp: Smtp | None = None

    @model_validator(mode="after")
    def _move_names_a_folder(self) -> Self:
        if self.after_filing == "move" and not self.move_to:
            raise ValueError('after_filing = "move" needs move_to. Name the folder.')
        if self.move_to in self.folders:
            raise ValueError(f"move_to = {self.move_to!r} is also read. Name a folder that is not in folders.")
        return self


class PersonEntry(Part):
    """One of our people."""

    id: str = Field(pattern=r"^[a-z0-9_-]+$", max_length=50)
    name: str = Field(min_length=1)
    name_en: str = ""
    addresses: tuple[EmailAddress, ...] = Field(min_length=1)
    role: tuple[Role, ...] = Field(default=("specialist",), min_length=1)
    categories: tuple[str, ...] = ()
    triage: bool = False
    language: str = "ru"
    timezone: Zone | None = None
    substitute: str | None = None
    case_letters: Literal["digest", "at_once"] = "digest"


class Limits(Part):
    per_address_per_day: int = Field(default=5, ge=1)
    per_domain_per_hour: int = Field(default=30, ge=1)
    per_free_domain_per_hour: int = Field(default=300, ge=1)
    overall_per_hour: int = Field(default=500, ge=1)
    unauthenticated_per_hour: int = Field(default=50, ge=1)
    new_cases_per_address_per_day: int = Field(default=20, ge=1)
    bounced_percent: int = Field(default=20, ge=1, le=100)
    commands_per_hour: int = Field(default=60, ge=1)
    closes_per_mail: int = Field(default=5, ge=1)
    closes_per_hour: int = Field(default=20, ge=1)
    refusals_answered_per_hour: int = Field(default=10, ge=0)


class Deadlines(Part):
    acknowledge_working_days: int = Field(default=1, ge=1)
    answer_working_days: int = Field(default=3, ge=1)
    answer_hard_working_days: int = Field(default=5, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.answer_hard_working_days < self.answer_working_days:
            raise ValueError("answer_hard_working_days is less than answer_working_days. The hard limit is the later one.")
        return self


class Approval(Part):
    director_above: float | None = Field(default=None, ge=0)  # roubles


class Digest(Part):
    hour: int = Field(default=9, ge=0, le=23)
    empty: Literal["line", "silent"] = "line"
    waiting_days: int = Field(default=7, ge=1)


class Weekly(Part):
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    hour: int = Field(default=9, ge=0, le=23)
    role: tuple[Role, ...] = ("head",)


class Security(Part):
    signing_key: Secret | None = None
    check_dkim: bool = False


class Reading(Part):
    children: int = Field(default=2, ge=1, le=32)
    seconds: int = Field(default=5, ge=1)
    memory_mb: int = Field(default=1024, ge=256)
    triage_below: float = Field(default=0.5, ge=0, le=1)
    not_claim_below: float = Field(default=0.2, ge=0, le=1)


class Files(Part):
    rules: Path | None = None
    templates: Path | None = None
    customers: Path | None = None
    catalogue: Path | None = None
    model: Path | None = None


class Log(Part):
    format: Literal["text", "json"] = "text"
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Settings(Part):
    """The whole configuration."""

    mode: Literal["live", "rehearsal"] = "live"
    database: Annotated[str, AfterValidator(_known_database)] = "mailbot.db"
    instance: str = Field(default="mailbot", pattern=r"^[A-Za-z0-9.-]+$")
    forwarders: tuple[Annotated[str, AfterValidator(_forwards)], ...] = ()
    answer_enquiries: bool = False
    answer_suppressed: bool = True
    company: Company = Company()
    office: Office = Office()
    languages: Languages = Languages()
    mailbox: tuple[Mailbox, ...] = ()
    smtp: Smtp | None = None
    person: tuple[PersonEntry, ...] = ()
    departments: dict[str, EmailAddress] = {}
    limits: Limits = Limits()
    deadlines: Deadlines = Deadlines()
    approval: Approval = Approval()
    digest: Digest = Digest()
    weekly: Weekly = Weekly()
    security: Security = Security()
    reading: Reading = Reading()
    files: Files = Files()
    log: Log = Log()

    @field_validator("departments")
    @classmethod
    def _known_departments(cls, value: dict[str, str]) -> dict[str, str]:
        known = ("design", "accounting", "sales", "warehouse", "logistics", "service", "quality")
        if strange := [name for name in value if name not in known]:
            raise ValueError(f"there is no department {strange[0]!r}. Use one of {', '.join(known)}.")
        return value


def load_settings(path: Path, *, secrets: bool = True) -> Settings:
    """The settings in this file. Errors: SetupError with every fault found. Relative paths are meant beside the file.

    Without `secrets` nobody asks whether they are there: a command that signs in nowhere needs none (behaviour.md 9).
    """
    file = read_toml(path)
    try:
        settings = Settings.model_validate(file.data, context={"folder": path.parent, "secrets": secrets})
    except ValidationError as error:
        raise SetupError(*faults_of(error, file, Settings)) from None
    if faults := _cross_faults(settings, file):
        raise SetupError(*faults)
    return _beside(settings, path.resolve().parent, file)


def database_url(text: str, folder: Path) -> str:
    """A database URL from what an operator writes: a URL, or a path of an SQLite file (relative: beside the configuration)."""
    return text if "://" in text else f"sqlite:///{(folder / text).resolve()}"


def _beside(settings: Settings, folder: Path, file: TomlFile) -> Settings:
    files = {name: folder / path for name, path in settings.files.model_dump().items() if path is not None}
    files.setdefault("model", folder / MODEL)  # not there until `mailbot train` has written it
    absent = [(name, path) for name, path in files.items() if name != "model" and not path.exists()]
    if absent:
        mend = "Mend the path or remove the key."
        places = [(file.line(("files", name)), f"files.{name}", f"{path} does not exist.") for name, path in absent]
        raise SetupError(*(Fault(file.path, *place, mend) for place in places))
    return settings.model_copy(update={"database": database_url(settings.database, folder), "files": Files(**files)})


def _cross_faults(settings: Settings, file: TomlFile) -> list[Fault]:
    """Faults that only two keys together show."""
    faults: list[Fault] = []

    def fault(key: tuple[str | int, ...], problem: str, mend: str) -> None:
        faults.append(Fault(file.path, file.line(key), ".".join(map(str, key)), problem, mend))

    claims = {a.casefold() for box in settings.mailbox for a in (box.address, *box.aliases)}
    _repeated(fault, "mailbox", "name", [box.name for box in settings.mailbox])
    _repeated(fault, "person", "id", [person.id for person in settings.person])
    ids = {person.id for person in settings.person}
    owners: dict[str, str] = {}
    for n, person in enumerate(settings.person):
        if person.id == MAILBOT:
            fault(("person", n, "id"), f"{MAILBOT!r} is what the program itself is called in a case's history.", "Use another id.")
        if person.substitute is not None and person.substitute not in ids - {person.id}:
            fault(("person", n, "substitute"), f"there is no other person {person.substitute!r}.", "Use the id of another [[person]].")
        if person.language not in settings.languages.known:
            known = ", ".join(settings.languages.known)
            fault(("person", n, "language"), f"{person.language!r} is not among [languages] known.", f"Write one of {known}.")
        for address in map(str.casefold, person.addresses):
            if address in claims:
                problem = f"{address} is a claims address itself; letters to it would come back as claims."
                fault(("person", n, "addresses"), problem, "Use the person's own address.")
            if owners.setdefault(address, person.id) != person.id:
                fault(("person", n, "addresses"), f"{address} also belongs to {owners[address]!r}.", "Give each address to one person.")
    for n, box in enumerate(settings.mailbox):
        if settings.smtp is None and box.smtp is None:
            fault(("mailbox", n), "has no way to send.", "Add a [smtp] table, or [mailbox.smtp] here.")
        if not box.password and not box.oauth:
            fault(("mailbox", n), "has neither password nor oauth.", 'Add password = { file = "…" } or an oauth table.')
    for name, address in settings.departments.items():
        if address.casefold() in claims:
            fault(("departments", name), f"{address} is a claims address itself.", "Use the department's own address.")
    if settings.reading.not_claim_below > settings.reading.triage_below:
        fault(("reading", "not_claim_below"), "is above triage_below.", "It must be the lower of the two.")
    if settings.mailbox and not any("operator" in person.role for person in settings.person):
        place: tuple[str | int, ...] = ("person", 0) if settings.person else ("person",)
        fault(place, "nobody has the role operator, so nobody would hear of faults.", 'Give one person role = ["operator"].')
    return faults


def _repeated(fault: Any, table: str, key: str, names: list[str]) -> None:
    for n, name in enumerate(names):
        if name in names[:n]:
            fault((table, n, key), f"{name!r} is used twice.", "Give each its own.")
