//! The table of fields: everything that can be set, with its kind and value.
//!
//! A row of the form, its help line, its rule and its place in a PATCH all come from this table. The help texts
//! follow `HubSpot`'s API descriptions of 2023 to 2025, which say what a setting does; the current reference only
//! repeats its name.

use super::resource::Resource;
use std::borrow::Cow;
use std::fmt;

/// Names one member of one resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId {
    /// The resource that the member belongs to.
    pub resource: Resource,
    /// The JSON key of the member, exactly as HubSpot spells it.
    pub key: Cow<'static, str>,
}

impl FieldId {
    /// A field that the table knows.
    pub const fn known(resource: Resource, key: &'static str) -> Self {
        Self { resource, key: Cow::Borrowed(key) }
    }

    /// A field by any key, perhaps one that no table knows.
    pub fn new(resource: Resource, key: &str) -> Self {
        Self { resource, key: Cow::Owned(key.to_owned()) }
    }

    /// A field of the settings.
    pub const fn settings(key: &'static str) -> Self {
        Self::known(Resource::Settings, key)
    }
}

/// The name of the field on command lines: `width`, `channel-connection.url`.
impl fmt::Display for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.resource != Resource::Settings {
            write!(f, "{}.", self.resource.name())?;
        }
        f.write_str(&self.key)
    }
}

/// How a field is edited and which values it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One line of text.
    Text,
    /// One line of text that has to be an absolute http(s) URL.
    Url,
    /// An int32.
    Integer,
    /// A boolean.
    Switch,
    /// A read-only date-time.
    Time,
    /// Any value that callset has no widget for. It is shown as JSON and is read-only.
    Json,
}

impl Kind {
    /// Can the user change a field of this kind?
    pub fn is_editable(self) -> bool {
        match self {
            Kind::Text | Kind::Url | Kind::Integer | Kind::Switch => true,
            Kind::Time | Kind::Json => false,
        }
    }

    /// Is a field of this kind edited by typing?
    pub fn is_typed(self) -> bool {
        match self {
            Kind::Text | Kind::Url | Kind::Integer => true,
            Kind::Switch | Kind::Time | Kind::Json => false,
        }
    }

    /// Is `value` of the type this kind sends?
    pub fn fits(self, value: &Value) -> bool {
        match self {
            Kind::Text | Kind::Url | Kind::Time => matches!(value, Value::Text(_)),
            Kind::Integer => matches!(value, Value::Integer(_)),
            Kind::Switch => matches!(value, Value::Switch(_)),
            Kind::Json => true,
        }
    }
}

/// The value of a member of an answer. Text is kept as it came from outside; `ui` makes it harmless when it is
/// drawn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A JSON string.
    Text(String),
    /// A JSON number that is an int32.
    Integer(i32),
    /// A JSON boolean.
    Switch(bool),
    /// JSON's null, a value of its own.
    Null,
    /// Every other value (larger numbers, fractions, arrays, objects) as JSON text, never converted.
    Other(String),
    /// A value that contains this session's credential. The client keeps the real text; it is never shown, stored
    /// or sent. The number distinguishes the withheld values of one run. 0 marks a value from another run.
    Withheld(u64),
}

/// What the user has entered in a field, exactly as entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The text of a typed row. Numbers are kept as text too.
    Text(String),
    /// The position of a switch.
    Switch(bool),
}

/// Rows that stand together. A blank line separates one group from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Who the app is.
    Identity,
    /// The size of the iframe.
    Window,
    /// The switches.
    Behaviour,
    /// Members that only the server sets.
    Server,
    /// Members that this version of callset has no row for.
    Unknown,
    /// Where HubSpot fetches recordings.
    Recording,
    /// Where HubSpot fetches phone numbers.
    ChannelConnection,
}

impl Group {
    /// The heading of the group on wide screens.
    pub fn label(self) -> &'static str {
        match self {
            Group::Identity => "IDENTITY",
            Group::Window => "WINDOW",
            Group::Behaviour => "BEHAVIOUR",
            Group::Server => "ON THE SERVER",
            Group::Unknown => "NEW ON THE SERVER",
            Group::Recording => "CALL RECORDING",
            Group::ChannelConnection => "CHANNEL CONNECTION",
        }
    }

    /// Is the group a resource of its own? Then its heading is shown wherever there is a line for it.
    pub fn is_section(self) -> bool {
        match self {
            Group::Identity | Group::Window | Group::Behaviour | Group::Server | Group::Unknown => false,
            Group::Recording | Group::ChannelConnection => true,
        }
    }
}

/// A row of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which member it is.
    pub id: FieldId,
    /// What the form calls it.
    pub label: Cow<'static, str>,
    /// A short label for narrow screens, at most 8 cells for known fields.
    pub short: Cow<'static, str>,
    /// How the field is edited.
    pub kind: Kind,
    /// The group that the row stands in.
    pub group: Group,
    /// The unit written after the value: `px`, or nothing.
    pub unit: &'static str,
    /// What the setting does.
    pub help: &'static str,
    /// The value that setting up a resource starts with, as the user would type it; `true` or `false` for a switch.
    /// Empty for fields that only the server sets, and for what HubSpot's servers call: no address that callset could
    /// think of is one that they reach.
    pub first: &'static str,
}

impl Field {
    const fn known(
        resource: Resource,
        key: &'static str,
        labels: [&'static str; 2],
        (kind, group): (Kind, Group),
        first: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            id: FieldId::known(resource, key),
            label: Cow::Borrowed(labels[0]),
            short: Cow::Borrowed(labels[1]),
            kind,
            group,
            unit: match kind {
                Kind::Integer => "px",
                _ => "",
            },
            help,
            first,
        }
    }

    /// The row for a member that the table does not know. The type of its value decides how it is edited.
    pub fn unknown(resource: Resource, key: &str, value: &Value) -> Self {
        let key: Cow<'static, str> = Cow::Owned(key.to_owned());
        Self {
            id: FieldId { resource, key: key.clone() },
            label: key.clone(),
            short: key,
            kind: match value {
                // A withheld value cannot be edited in place. The user can only replace it with other text.
                Value::Text(_) | Value::Withheld(_) => Kind::Text,
                Value::Integer(_) => Kind::Integer,
                Value::Switch(_) => Kind::Switch,
                Value::Null | Value::Other(_) => Kind::Json,
            },
            group: match resource {
                Resource::Settings => Group::Unknown,
                Resource::Recording => Group::Recording,
                Resource::ChannelConnection => Group::ChannelConnection,
            },
            unit: "",
            help: "HubSpot sent this setting; callset does not know it yet. It is sent only if you change it.",
            first: "",
        }
    }
}

impl Resource {
    /// The known fields, in the order of the form. A POST must set all of them that can be edited.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Resource::Settings => SETTINGS,
            Resource::Recording => RECORDING,
            Resource::ChannelConnection => CHANNEL_CONNECTION,
        }
    }

    /// The field of this key, if the table knows it.
    pub fn field(self, key: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.id.key == key)
    }
}

const fn setting(
    key: &'static str,
    labels: [&'static str; 2],
    place: (Kind, Group),
    first: &'static str,
    help: &'static str,
) -> Field {
    Field::known(Resource::Settings, key, labels, place, first, help)
}

/// The settings resource, in the order of the form. The first values are the examples of HubSpot's calling SDK: the
/// address of its demo and the size that its README gives.
pub const SETTINGS: &[Field] = &[
    setting(
        "name",
        ["Name", "Name"],
        (Kind::Text, Group::Identity),
        "My dialer",
        "The name people see in HubSpot when they choose what to call with.",
    ),
    setting(
        "url",
        ["URL", "URL"],
        (Kind::Url, Group::Identity),
        "https://localhost:9025",
        "The page HubSpot loads in the calling iframe. It must be this very origin and allow framing by HubSpot.",
    ),
    setting(
        "width",
        ["Width", "Width"],
        (Kind::Integer, Group::Window),
        "400",
        "Target width of the iframe that holds your dialer. A running dialer may resize itself with the SDK.",
    ),
    setting(
        "height",
        ["Height", "Height"],
        (Kind::Integer, Group::Window),
        "600",
        "Target height of the iframe that holds your dialer. A running dialer may resize itself with the SDK.",
    ),
    setting(
        "isReady",
        ["Ready", "Ready"],
        (Kind::Switch, Group::Behaviour),
        "false",
        "On: people in every connected account can choose this app and click to dial. Keep it off while testing.",
    ),
    setting(
        "usesCallingWindow",
        ["Calling window", "Window"],
        (Kind::Switch, Group::Behaviour),
        "true",
        "Off: the app does not need the separate calling window that holds the call's connection.",
    ),
    setting(
        "usesRemote",
        ["Remote", "Remote"],
        (Kind::Switch, Group::Behaviour),
        "true",
        "Off: the app does not use the calling remote that is anchored inside HubSpot.",
    ),
    setting(
        "supportsInboundCalling",
        ["Inbound calling", "Inbound"],
        (Kind::Switch, Group::Behaviour),
        "false",
        "On: the app takes incoming calls in HubSpot. Off: HubSpot ignores each incomingCall() and says nothing.",
    ),
    setting(
        "supportsCustomObjects",
        ["Custom objects", "Objects"],
        (Kind::Switch, Group::Behaviour),
        "false",
        "On: people can click to dial from custom objects too. Only for apps that let HubSpot create the engagement.",
    ),
    setting(
        "createdAt",
        ["Created", "Created"],
        (Kind::Time, Group::Server),
        "",
        "When these settings were first created. Read-only.",
    ),
    setting(
        "updatedAt",
        ["Updated", "Updated"],
        (Kind::Time, Group::Server),
        "",
        "When these settings were last changed, by anyone. Read-only.",
    ),
];

/// The recording settings.
pub const RECORDING: &[Field] = &[Field::known(
    Resource::Recording,
    "urlToRetrieveAuthedRecording",
    ["Recording URL", "Rec.URL"],
    (Kind::Url, Group::Recording),
    "",
    "Where HubSpot fetches a recording that needs authentication: %s stands for the call's external id.",
)];

/// The channel connection settings. Their `isReady` is another switch than the `isReady` of the settings.
pub const CHANNEL_CONNECTION: &[Field] = &[
    channel(
        "url",
        ["Numbers URL", "Numbers"],
        Kind::Url,
        "",
        "HubSpot POSTs app, account and user to it and expects the phone numbers that can be connected to the help desk.",
    ),
    channel(
        "isReady",
        ["Channel ready", "Channel"],
        Kind::Switch,
        "false",
        "On: HubSpot takes the app to support channel connection. Another switch than the settings' Ready.",
    ),
    channel(
        "createdAt",
        ["Created", "Created"],
        Kind::Time,
        "",
        "When the channel connection was first set up. Read-only.",
    ),
    channel(
        "updatedAt",
        ["Updated", "Updated"],
        Kind::Time,
        "",
        "When the channel connection was last changed, by anyone. Read-only.",
    ),
];

const fn channel(
    key: &'static str,
    labels: [&'static str; 2],
    kind: Kind,
    first: &'static str,
    help: &'static str,
) -> Field {
    Field::known(Resource::ChannelConnection, key, labels, (kind, Group::ChannelConnection), first, help)
}
