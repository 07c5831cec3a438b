//! What developers of dialers ask in public about a setting, and the answers.
//!
//! The sources are `HubSpot`'s guides to the calling SDK and to inbound calls, the SDK itself (0.9.7), its issues, and what
//! browsers were seen to do with frames.

use crate::model::FieldId;
use crate::model::Resource;

/// A question and its answer.
pub type Answered = (&'static str, &'static str);

/// The questions about a field, the most frequent first.
pub fn about(id: &FieldId) -> &'static [Answered] {
    match (id.resource, &*id.key) {
        (Resource::Settings, "name") => NAME,
        (Resource::Settings, "url") => URL,
        (Resource::Settings, "width" | "height") => SIZE,
        (Resource::Settings, "isReady") => READY,
        (Resource::Settings, "usesCallingWindow" | "usesRemote") => PLACES,
        (Resource::Settings, "supportsInboundCalling") => INBOUND,
        (Resource::Settings, "supportsCustomObjects") => CUSTOM_OBJECTS,
        (Resource::Recording, "urlToRetrieveAuthedRecording") => RECORDING,
        (Resource::ChannelConnection, "url") => NUMBERS,
        (Resource::ChannelConnection, "isReady") => CHANNEL_READY,
        (_, "createdAt" | "updatedAt") => TIMES,
        _ => NEW,
    }
}

const NAME: &[Answered] = &[(
    "Where do people see it?",
    "In the list of calling providers that opens beside the number to call, and in HubSpot's message if your dialer does not \
     answer: There was an issue connecting with this name.",
)];

const URL: &[Answered] = &[
    (
        "The frame is blank",
        "The page forbids being framed, or the browser blocks it. Send Content-Security-Policy: frame-ancestors \
         https://*.hubspot.com and no X-Frame-Options. An http page, an untrusted certificate and a page on this machine are \
         blocked too. For an app of a HubSpot project, its permittedUrls.iframe may have to list the host.",
    ),
    (
        "There was an issue connecting",
        "HubSpot waits 30 seconds for the SDK in your page. It hears only the very origin of this URL, so a redirect to \
         another host ends it. The page has to construct the SDK, and to call initialized() in onReady.",
    ),
    (
        "It worked yesterday",
        "The tunnel has another address since its restart. Besides this URL, three places keep the old one: the base URL in \
         your app's own configuration, the answer URL at your telephony provider, and the redirect and permitted URLs in the \
         project's app file.",
    ),
    (
        "Logging in does not work inside the frame",
        "Cookies in the frame are third-party: they need SameSite=None, Secure and, in most browsers, Partitioned. Google, \
         Microsoft and the like refuse to be framed: log in in a window of its own.",
    ),
    ("One URL for each customer?", "There is one for all accounts. onReady tells your page the account as portalId."),
];

const SIZE: &[Answered] = &[
    (
        "The size does not change",
        "The dialer decides last: a sizeInfo that it passes to initialized(), and each resizeWidget(), win over this value. \
         Without them a page that was open already has to be loaded again.",
    ),
    ("Which sizes are allowed?", "HubSpot names no limits. Its examples use 400 × 600 and 400 × 650 px."),
];

const READY: &[Answered] = &[
    (
        "My app is not in the list of providers",
        "While this is off, nobody is offered the app, and neither are you. To see it in your own browser alone, copy the \
         browser override: it sets this to on there, and nowhere else. The provider is chosen beside the number to call.",
    ),
    (
        "The app is installed, but nobody can call",
        "This is what a forgotten off looks like: nothing says so in the customers' accounts.",
    ),
    (
        "Only for some customers?",
        "That cannot be done with this switch: it holds for every connected account at once. A second app for tests can be \
         installed where you want it.",
    ),
];

const PLACES: &[Answered] = &[
    (
        "Which of window and remote do I need?",
        "The remote is your dialer in HubSpot's navigation bar. The window is a browser window of its own, which holds the \
         call, so that it goes on while people change pages.",
    ),
    (
        "Both on",
        "The page is loaded in both: the window holds the call, the remote shows it. onReady tells which one a page is in, as \
         iframeLocation (window or remote). The two have to agree on the call's state, for instance by a BroadcastChannel.",
    ),
    (
        "Only the window",
        "One place for all: the call and its buttons are in the window, nothing is anchored inside HubSpot. People have to \
         find that window.",
    ),
    (
        "Only the remote",
        "One place inside HubSpot. It has to hold the call itself, or let your telephone hold it: a page that is loaded again \
         ends a call that the browser held.",
    ),
    (
        "Both off",
        "The dialer is shown on a record for outgoing calls (iframeLocation is widget), and is gone when people leave that \
         record.",
    ),
];

const INBOUND: &[Answered] = &[
    (
        "Incoming calls never arrive",
        "While this is off, HubSpot drops each incomingCall() without an error, which looks like a fault of the telephony. If \
         it is on: the person has to have your app as provider, be logged in and available (userLoggedIn, userAvailable), \
         and HubSpot has to be open with the remote or the window.",
    ),
    (
        "The caller is not recognised",
        "HubSpot looks for the number that incomingCall() names as fromNumber. Send it with its country code: +18001231234.",
    ),
];

const CUSTOM_OBJECTS: &[Answered] = &[
    (
        "The install asks for more permissions",
        "With this on, a connecting account may be asked for custom objects, which ordinary agents often may not grant. Leave it \
         off if nobody dials from custom objects.",
    ),
    (
        "Calls are not logged on the custom object",
        "HubSpot has to create the call: outgoingCall() with createEngagement: true. An app that creates calls by itself should \
         leave this off.",
    ),
];

const RECORDING: &[Answered] = &[
    (
        "The recording cannot be played",
        "HubSpot's servers GET this URL with the call's external id in place of %s, and with appId and externalAccountId. They \
         expect JSON: {\"authenticatedUrl\": \"https://…\"}, whose file can be downloaded as it is. A URL that only this machine can \
         open is never reached.",
    ),
    (
        "HubSpot never asks for it",
        "It asks once you say that the recording is there: POST …/recordings/ready with the engagementId. The call has to carry \
         its external id and account.",
    ),
    ("Nobody can jump within it", "The file's server has to answer a Range request with 206 Partial Content."),
];

const NUMBERS: &[Answered] = &[
    (
        "What does HubSpot send, and expect?",
        "A POST with appId, portalId and userId, signed by HubSpot. It expects a list with e164PhoneNumber, extension and \
         friendlyName for each number. A name is cut after 24 characters.",
    ),
    ("A number cannot be chosen", "Numbers with an extension are listed, but cannot be connected to the help desk."),
    (
        "No numbers appear",
        "HubSpot's servers have to reach this URL: not an address of this machine. Channel ready has to be on as well.",
    ),
];

const CHANNEL_READY: &[Answered] = &[(
    "The help desk does not offer my app",
    "This switch has to be on, and the Numbers URL has to answer. It comes after calls inside HubSpot: Inbound calling, and the \
     settings' own Ready.",
)];

const TIMES: &[Answered] = &[(
    "Do these tell who changed it?",
    "No. HubSpot tells when, not who. What was saved from this machine is in the history.",
)];

const NEW: &[Answered] = &[(
    "Where does this come from?",
    "HubSpot's answer has it, and HubSpot's reference may explain it. It is sent only if you change it.",
)];
