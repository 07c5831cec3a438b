//! The resources of an app.

/// One of the resources HubSpot keeps for an app's calling extension. Each is saved by a PATCH of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// `…/{appId}/settings`
    Settings,
    /// `…/{appId}/settings/recording`
    Recording,
    /// `…/{appId}/settings/channel-connection`
    ChannelConnection,
}

impl Resource {
    /// All resources, in the order of the form.
    pub const ALL: [Resource; 3] = [Resource::Settings, Resource::Recording, Resource::ChannelConnection];

    /// What sentences call it.
    pub fn label(self) -> &'static str {
        match self {
            Resource::Settings => "settings",
            Resource::Recording => "call recording",
            Resource::ChannelConnection => "channel connection",
        }
    }

    /// Can it be deleted? `HubSpot` has no DELETE for the recording.
    pub fn can_be_deleted(self) -> bool {
        match self {
            Resource::Settings | Resource::ChannelConnection => true,
            Resource::Recording => false,
        }
    }
}
