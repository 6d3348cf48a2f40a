"""Who gets what at each address: the expectation of the authorization matrix, one row for each address.

A row reads: name of the address | its arguments, ``<…>`` is an object of the town | who is let in | what GET and what
POST answer to them. An answer is a status, or ``> name`` for a redirect to that address. ``405``: the address does
not take the method. Whom no row of an address lets in is shut out as ``SHUT_OUT`` says. Where an address answers two
kinds of people differently it has two rows, and the first that names the person counts.
"""

from dataclasses import dataclass

PEOPLE = (
    "nobody",
    "citizen",
    "postless",
    "other",
    "same",
    "holder",
    "auditor",
    "systems",
    "secretary",
    "counter",
    "personnel",
    "archive",
)
"""Without a session; with the key of the held file in the session; an official whose post ended; of another office;
of the holder's office; who holds the task; of the control office; who looks after sign-ins; secretaría general;
mesa de partes; human resources; the archive."""
SEATED = frozenset(PEOPLE) - {"nobody", "citizen", "postless"}
GROUPS = {
    "everyone": frozenset(PEOPLE),
    "visitors": frozenset({"nobody", "citizen"}),
    "citizen": frozenset({"citizen"}),
    "officials": SEATED | {"postless"},
    "seated": SEATED,
    "readers": frozenset({"same", "holder", "auditor", "secretary", "counter", "archive"}),
    "holder": frozenset({"holder"}),
    "observers": frozenset({"holder", "counter"}),
    "senders": frozenset({"counter"}),
    "same_unit": frozenset({"same", "holder"}),
    "counter": frozenset({"counter"}),
    "dispatchers": frozenset({"secretary", "counter"}),
    "keepers": frozenset({"secretary", "personnel"}),
    "admins": frozenset({"secretary", "systems"}),
}
TAKES_NOT = "405"
SENT = {"desk:dispatch_attempt": {"act": "deliver"}}
"""What a POST brings where without it nobody would come as far as the form; all others are sent empty."""


@dataclass(frozen=True)
class Row:
    name: str
    arguments: tuple[tuple[str, str], ...]
    who: str
    get: str
    post: str

    def answer(self, method: str) -> str:
        return self.get if method == "GET" else self.post


def shut_out(name: str, person: str) -> str:
    """Return what somebody is answered whom an address does not let in."""
    if name.startswith("portal:"):
        return "> portal:home"
    return {"nobody": "> account_login", "citizen": "> account_login", "postless": "403"}.get(person, "404")


def rows() -> tuple[Row, ...]:
    """Return the table."""
    lines = (line for line in TABLE.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(_row(*(cell.strip() for cell in line.split("|"))) for line in lines)


def _row(name: str, arguments: str, who: str, get: str, post: str) -> Row:
    pairs = tuple((key, value) for key, _sign, value in (each.partition("=") for each in arguments.split()))
    return Row(name, pairs, who, get, post)


TABLE = """
# The desk
account_login              |                           | visitors  | 200             | 422
account_login              |                           | officials | > desk:tray     | 422
mfa_authenticate           |                           | everyone  | > account_login | > account_login
desk:tray                  |                           | seated    | > desk:tab      | 405
desk:enter                 |                           | visitors  | 200             | 422
desk:enter                 |                           | officials | > desk:tray     | 422
desk:enter_demo            | username=alcalde          | everyone  | 405             | 404
desk:second_step           |                           | everyone  | > account_login | > account_login
desk:enrol                 |                           | everyone  | > account_login | > account_login
desk:not_me                |                           | everyone  | > account_login | 405
desk:institutional         |                           | visitors  | 404             | 405
desk:institutional         |                           | officials | > desk:tray     | 405
desk:institutional_back    |                           | everyone  | 404             | 405
desk:cannot_enter          |                           | everyone  | 200             | 405
desk:enrolment             |                           | everyone  | 200             | 410
desk:enrolment_password    |                           | everyone  | > desk:enrolment | > desk:enrolment
desk:go_on                 |                           | seated    | > desk:tray     | > desk:tray
desk:my_access             |                           | seated    | 200             | 405
desk:confirm_access        |                           | seated    | 405             | 422
desk:remove_factor         | factor_id=<absent>        | seated    | 405             | > desk:my_access
desk:new_codes             |                           | seated    | 405             | 422
desk:my_factor             |                           | seated    | 200             | 422
desk:my_password           |                           | seated    | 200             | 422
desk:end_session           | session_id=<absent>       | seated    | 405             | > desk:my_access
desk:people_access         |                           | admins    | 200             | 405
desk:give_link             |                           | admins    | 405             | 422
desk:open_access           | person_id=<person>        | admins    | 405             | 422
desk:approve_link          | enrolment_id=<enrolment>  | admins    | 405             | 200
desk:withdraw_link         | enrolment_id=<enrolment>  | admins    | 405             | > desk:people_access
desk:leave                 |                           | everyone  | 405             | > account_login
desk:choose_unit           |                           | seated    | 405             | > desk:tray
desk:choose_theme          |                           | seated    | 405             | > desk:tray
desk:more                  |                           | seated    | 200             | 405
desk:tab                   | tab=por-atender           | seated    | 200             | 405
desk:preview               | tab=por-atender task_id=<task> | same_unit | 200             | 405
desk:find                  |                           | seated    | 200             | 405
desk:document              | document_id=<document>    | readers   | 200             | 405
desk:original              | document_id=<document>    | readers   | 200             | 405
desk:page_image            | document_id=<document> page=1 | readers   | 200             | 405
desk:draft_image           | document_id=<draft> page=1 | readers   | 200             | 405
desk:to_sign               |                           | seated    | 200             | 405
desk:sign                  |                           | seated    | 405             | 422
desk:signed                | entry_id=<batch>          | holder    | 200             | 405
desk:withdraw              | signature_id=<absent>     | seated    | 405             | 404
desk:new_case              |                           | seated    | 200             | 422
desk:counter               |                           | counter   | 200             | 422
desk:counter_registered    |                           | counter   | 200             | 405
desk:counter_registration  | filing_id=<filing>        | counter   | 200             | 405
desk:counter_add           | filing_id=<filing>        | counter   | 200             | 422
desk:counter_cure          | filing_id=<filing>        | counter   | > desk:counter_add | > desk:counter_add
desk:counter_give_back     | observation_id=<observation> | counter   | 405             | > desk:counter_registration
desk:observe               | filing_id=<filing>        | observers | 200             | 422
desk:wait_for_party        | filing_id=<filing>        | holder    | 200             | 422
desk:counter_desist        | filing_id=<filing>        | counter   | > desk:counter_registration | 200
desk:counter_cargo         | filing_id=<filing>        | counter   | 200             | 405
desk:counter_correct       | filing_id=<filing>        | counter   | 405             | 422
desk:counter_void          | filing_id=<filing>        | counter   | 405             | 422
desk:counter_key           | filing_id=<filing>        | counter   | 405             | > desk:counter_registration
desk:counter_talon         |                           | counter   | 405             | 400
desk:posts                 |                           | keepers   | 200             | 405
desk:posts_people          |                           | keepers   | 200             | 405
desk:posts_covers          |                           | keepers   | 200             | 405
desk:posts_names           |                           | keepers   | 200             | 405
desk:posts_json            |                           | keepers   | 200             | 405
desk:posts_csv             |                           | keepers   | 200             | 405
desk:late                  |                           | keepers   | 200             | 405
desk:late_csv              |                           | keepers   | 200             | 405
desk:posts_cover           |                           | keepers   | 200             | 422
desk:posts_cover_preview   |                           | keepers   | 200             | 405
desk:posts_acts            |                           | keepers   | 200             | 405
desk:posts_cover_stamp     |                           | keepers   | 404             | 405
desk:posts_appoint         |                           | keepers   | 200             | 200
desk:posts_end_appointment | appointment_id=<appointment> | keepers   | 200             | 200
desk:posts_new_unit        |                           | keepers   | 200             | 200
desk:posts_new_post        |                           | keepers   | 200             | 200
desk:posts_end_post        | post_id=<post>            | keepers   | 200             | 200
desk:posts_government      |                           | keepers   | 200             | 422
desk:posts_government_csv  |                           | keepers   | 200             | 405
desk:posts_unit            | unit_id=<unit> change=renombrar | keepers   | 200             | 200
desk:posts_abstain         |                           | keepers   | 200             | 200
desk:posts_end_abstention  | abstention_id=<abstention> | keepers   | 405             | 422
desk:posts_absence         |                           | keepers   | 200             | 422
desk:posts_end_grant       | grant_id=<grant>          | keepers   | 405             | 422
desk:posts_end_absence     | absence_id=<absence>      | keepers   | 405             | 422
desk:dispatch              |                           | dispatchers | 200             | 405
desk:dispatch_attempt      | notice_id=<notice>        | dispatchers | 405             | 422
desk:dispatch_cedula       | notice_id=<notice>        | dispatchers | 200             | 422
desk:dispatch_cedulas      |                           | dispatchers | 422             | 405
desk:dispatch_shelf        | shelf=abiertas            | dispatchers | 200             | 405
desk:derive_many           |                           | seated    | > desk:tab      | > desk:tab
desk:task                  | task_id=<task>            | holder    | 200             | 405
desk:decide                | task_id=<task>            | holder    | 405             | 422
desk:give_back             | task_id=<task>            | holder    | 404             | 404
desk:derive                | task_id=<task>            | holder    | 200             | 422
desk:draft                 | task_id=<task>            | holder    | 200             | 422
desk:draft_annex           | task_id=<task>            | holder    | 405             | 422
desk:draft_account         | task_id=<task>            | holder    | 405             | > desk:draft
desk:draft_preview         | task_id=<task>            | holder    | 200             | 405
desk:draft_page            | task_id=<task> page=1     | holder    | 200             | 405
desk:take_back             | movement_id=<movement>    | senders   | 405             | > desk:expediente
desk:expediente            | pk=<file>                 | readers   | 200             | 405
desk:bpmn                  | pk=<file>                 | readers   | 200             | 405
desk:terms                 | pk=<file>                 | readers   | 200             | 405
desk:due                   | pk=<file> clock_id=<clock> | readers   | 200             | 405
desk:due_pdf               | pk=<file> clock_id=<clock> | readers   | 200             | 405
desk:due_add               | pk=<file> clock_id=<clock> | holder    | 405             | > desk:expediente_tab
desk:extend_term           | pk=<file> clock_id=<clock> | holder    | 200             | 422
desk:suspend_term          | pk=<file> clock_id=<clock> | holder    | 404             | 422
desk:resume_term           | pk=<file> clock_id=<clock> | holder    | 404             | 422
desk:go_on_without         | pk=<file> clock_id=<clock> | holder    | 404             | 404
desk:begin_act             | pk=<file>                 | holder    | 405             | > desk:task
desk:declare_abandonment   | pk=<file> clock_id=<clock> | holder    | 404             | 404
desk:tell_third            | pk=<file> desistimiento_id=<desistimiento> | holder    | 200             | 422
desk:withdraw_filing       | pk=<file> desistimiento_id=<desistimiento> | holder    | 200             | 422
desk:go_on_anyway          | pk=<file> desistimiento_id=<desistimiento> | holder    | 200             | 422
desk:expediente_tab        | pk=<file> tab=recorrido   | readers   | 200             | 405
# The portal
portal:home                |                           | everyone  | 200             | 200
portal:file                |                           | citizen   | 200             | 405
portal:status              | label=<label>             | everyone  | 200             | 405
portal:document            | document_id=<document>    | citizen   | 200             | 405
portal:due                 | clock_id=<clock>          | citizen   | 200             | 405
portal:due_pdf             | clock_id=<clock>          | citizen   | 200             | 405
portal:casilla             |                           | everyone  | 200             | 422
portal:casilla_leave       |                           | everyone  | 405             | > portal:casilla
portal:casilla_link        | token=falso               | everyone  | 410             | 405
portal:notice              | notice_id=<notice>        | citizen   | 200             | 405
portal:open_notice         | notice_id=<notice>        | citizen   | 405             | > portal:notice
portal:constancia          |                           | citizen   | 405             | 409
portal:complain            |                           | citizen   | 200             | 200
portal:cure                |                           | citizen   | > portal:add    | > portal:add
portal:desist              |                           | citizen   | 200             | 200
portal:add                 |                           | citizen   | 200             | 422
portal:leave               |                           | everyone  | 405             | > portal:home
portal:unknown_talon       |                           | everyone  | 404             | 405
portal:wait                |                           | everyone  | 429             | 405
portal:talon               | label=<label> key=<key>   | everyone  | > portal:file   | 405
portal:misread_talon       | rest=<key>                | everyone  | > portal:unknown_talon | 405
portal:procedures          |                           | everyone  | 200             | 405
portal:api_procedures      |                           | everyone  | 200             | 405
portal:present             |                           | everyone  | 200             | 422
portal:talon_pdf           |                           | everyone  | 405             | 400
portal:verify              |                           | everyone  | 200             | 422
portal:verify_short        |                           | everyone  | 200             | 422
portal:verdict             | code=<code>               | everyone  | 200             | 405
portal:original            | code=<code>               | everyone  | 200             | 405
portal:page_image          | code=<code> page=1        | everyone  | 200             | 405
portal:acts                |                           | everyone  | 200             | 405
portal:act                 | document_id=<published>   | everyone  | 200             | 405
portal:api_track           |                           | everyone  | 405             | 422
portal:api_verify          | code=<code>               | everyone  | 200             | 405
portal:api_acts            |                           | everyone  | 200             | 405
"""
