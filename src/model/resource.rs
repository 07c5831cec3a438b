//! The resources of an app.

/// A resource that HubSpot keeps for an app's calling extension. Each resource is saved with its own PATCH.
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

    /// The name of the resource in sentences.
    pub fn label(self) -> &'static str {
        match self {
            Resource::Settings => "settings",
            Resource::Recording => "call recording",
            Resource::ChannelConnection => "channel connection",
        }
    }

    /// The name of the resource in HubSpot's paths, in files and on command lines.
    pub fn name(self) -> &'static str {
        match self {
            Resource::Settings => "settings",
            Resource::Recording => "recording",
            Resource::ChannelConnection => "channel-connection",
        }
    }

    /// Can the resource be deleted? `HubSpot` has no DELETE for the call recording.
    pub fn can_be_deleted(self) -> bool {
        match self {
            Resource::Settings | Resource::ChannelConnection => true,
            Resource::Recording => false,
        }
    }
}
