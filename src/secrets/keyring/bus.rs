//! The part of the Secret Service that one entry needs: <https://specifications.freedesktop.org/secret-service/>.
//!
//! ```text
//!   Hello ── OpenSession ──────────────────  Get Locked              a look at the default collection
//!                        └─ SearchItems ─┬─ GetSecret               of an entry that exists and is unlocked
//!                                        ├─ CreateItem              in the default collection
//!                                        └─ Delete
//! ```
//!
//! callset never unlocks the keyring: that would open a window over the terminal and take longer than the time
//! limit. It tells the user, who unlocks the keyring with the desktop's own program.
//!
//! The session is not encrypted. Its bus must therefore be a socket of this machine that only its user may connect
//! to. Every program that may connect could ask the keyring itself.

use super::{Errand, Obtained, Of, Trouble, waited};
use crate::secrets::LIMIT;
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use std::collections::HashMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::time::Duration;
use zbus::address::transport::{Transport, Unix, UnixSocket};
use zbus::connection::Builder;
use zbus::{Address, Connection, DBusError as _, ObjectPath, OwnedObjectPath, OwnedVariant, Variant};

/// The name of the service on the bus.
const SERVICE: &str = "org.freedesktop.secrets";

/// The object path of the service.
const ROOT: &str = "/org/freedesktop/secrets";

/// The path that stands for no object.
const NONE: &str = "/";

/// The socket of the session bus. An address can also name a program to start or another machine; such a bus is not
/// used for secrets.
pub(super) fn address(var: impl Fn(&str) -> Option<OsString>) -> Result<Address, Trouble> {
    let set = |name: &str| var(name).filter(|value| !value.is_empty());
    let socket = if let Some(addresses) = set("DBUS_SESSION_BUS_ADDRESS") {
        let socket = addresses.as_bytes().split(|byte| *byte == b';').find_map(socket);
        socket.ok_or_else(|| broken("is out of reach: DBUS_SESSION_BUS_ADDRESS names no socket of this machine"))?
    } else {
        let folder = set("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|folder| folder.is_absolute());
        let path = folder.map(|folder| folder.join("bus")).filter(|path| path.exists());
        UnixSocket::File(
            path.ok_or_else(|| not_there("is out of reach: there is no session bus, as without a desktop"))?,
        )
    };
    Ok(Transport::Unix(Unix::new(socket)).into())
}

/// The socket of one address, if it names one: `unix:path=/run/user/1000/bus,guid=…`.
fn socket(address: &[u8]) -> Option<UnixSocket> {
    let mut options = address.strip_prefix(b"unix:")?.split(|byte| *byte == b',');
    options.find_map(|option| match option.strip_prefix(b"path=") {
        Some(path) => Some(UnixSocket::File(unescaped(path)?.into())),
        #[cfg(target_os = "linux")]
        None => Some(UnixSocket::Abstract(unescaped(option.strip_prefix(b"abstract=")?)?)),
        #[cfg(not(target_os = "linux"))]
        None => None,
    })
}

/// The value of an address with each `%XX` replaced by its byte.
fn unescaped(value: &[u8]) -> Option<OsString> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let [first, after @ ..] = rest {
        let (byte, after) = match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                (u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?, after)
            }
            (b'%', _) => return None,
            (byte, after) => (*byte, after),
        };
        bytes.push(byte);
        rest = after;
    }
    Some(OsString::from_vec(bytes)).filter(|value| !value.is_empty())
}

fn broken(why: &str) -> Trouble {
    Trouble::Broken(why.to_owned())
}

fn not_there(why: &str) -> Trouble {
    Trouble::NotThere(why.to_owned())
}

/// Carries the errand out.
pub(super) fn ask(address: &Address, question: Errand<'_>, of: Of<'_>, limit: Duration) -> Result<Obtained, Trouble> {
    waited(limit, || converse(address, question, of))
}

/// A secret on the bus: session, parameters (none), bytes, type.
type BusSecret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

async fn converse(address: &Address, question: Errand<'_>, of: Of<'_>) -> Result<Obtained, Trouble> {
    let builder = Builder::address(address.clone());
    let connection = builder.build().await.map_err(|error| {
        let why = format!("is out of reach: the session bus cannot be used ({})", words(&error));
        // An address of a bus that has ended is left in the environment of tmux and of sudo.
        if is_no_bus(&error) { Trouble::NotThere(why) } else { Trouble::Broken(why) }
    })?;
    let bus = Bus { connection };
    let opened = bus.call(ROOT, "Service", "OpenSession", &("plain", Variant::from(""))).await?;
    let (_, session): (OwnedVariant, OwnedObjectPath) = read(&opened)?;
    if matches!(question, Errand::Look) {
        let folder = bus.default_collection().await?;
        let property = ("org.freedesktop.Secret.Collection", "Locked");
        let told = bus.call_as(&folder, "org.freedesktop.DBus.Properties", "Get", &property).await?;
        let (locked,): (OwnedVariant,) = read(&told)?;
        let locked = bool::try_from(locked).map_err(|_| broken("gave an answer that it should not give"))?;
        return Ok(Obtained::Done(!locked));
    }
    let application = of.application();
    let attributes =
        HashMap::from([("application", application.as_str()), ("profile", &of.who.profile), ("host", &of.who.host)]);
    let found = bus.call(ROOT, "Service", "SearchItems", &(&attributes,)).await?;
    let (unlocked, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = read(&found)?;
    match (question, unlocked.as_slice(), locked.as_slice()) {
        (Errand::Look, ..) => Ok(Obtained::Done(true)),
        (Errand::Read, [], []) => Ok(Obtained::Text(None)),
        (Errand::Forget, [], []) => Ok(Obtained::Done(false)),
        (Errand::Read | Errand::Forget, [], [_, ..]) => Err(is_locked()),
        (Errand::Read, [item], []) => {
            let given = bus.call(item, "Item", "GetSecret", &(&session,)).await?;
            let (secret,): (BusSecret,) = read(&given)?;
            text(secret.2).map(|text| Obtained::Text(Some(text)))
        }
        (Errand::Forget, [item], []) => {
            let prompt = bus.call(item, "Item", "Delete", &()).await?;
            without_asking(&read::<OwnedObjectPath>(&prompt)?)?;
            Ok(Obtained::Done(true))
        }
        (Errand::Read | Errand::Forget, [_, ..], _) => {
            let count = unlocked.len() + locked.len();
            Err(Trouble::Broken(format!(
                "has {count} entries for the profile {} on {}, and it cannot be told which is meant: leave one",
                of.who.profile, of.who.host
            )))
        }
        (Errand::Keep { force: false, .. }, ..) if !(unlocked.is_empty() && locked.is_empty()) => Err(Trouble::Exists),
        (Errand::Keep { credential, .. }, ..) => {
            let folder = bus.default_collection().await?;
            let label = of.label();
            let properties = HashMap::from([
                ("org.freedesktop.Secret.Item.Label", Variant::from(label)),
                ("org.freedesktop.Secret.Item.Attributes", Variant::from(attributes)),
            ]);
            let bytes = Zeroizing::new(credential.expose_secret().as_bytes().to_vec());
            let no_parameters: &[u8] = &[];
            let secret = (&session, no_parameters, bytes.as_slice(), "text/plain; charset=utf8");
            let made = bus.call(&folder, "Collection", "CreateItem", &(properties, secret, true)).await?;
            let (_, prompt): (OwnedObjectPath, OwnedObjectPath) = read(&made)?;
            without_asking(&prompt)?;
            Ok(Obtained::Done(true))
        }
    }
}

struct Bus {
    connection: Connection,
}

impl Bus {
    async fn call<'p, B>(
        &self,
        path: impl TryInto<ObjectPath<'p>, Error: Into<zbus::Error>>,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Result<zbus::Message, Trouble>
    where
        B: serde::Serialize + zbus::DynamicType,
    {
        self.call_as(path, &format!("org.freedesktop.Secret.{interface}"), method, body).await
    }

    async fn call_as<'p, B>(
        &self,
        path: impl TryInto<ObjectPath<'p>, Error: Into<zbus::Error>>,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Result<zbus::Message, Trouble>
    where
        B: serde::Serialize + zbus::DynamicType,
    {
        let answer = self.connection.call_method(Some(SERVICE), path, Some(interface), method, body).await;
        answer.map_err(|error| trouble(&error))
    }

    /// The collection that new entries are put into.
    async fn default_collection(&self) -> Result<OwnedObjectPath, Trouble> {
        let answer = self.call(ROOT, "Service", "ReadAlias", &("default",)).await?;
        let folder: OwnedObjectPath = read(&answer)?;
        if folder.as_str() == NONE {
            return Err(broken(
                "has no default collection to keep an entry in: make one with the desktop's program for it",
            ));
        }
        Ok(folder)
    }
}

fn read<T>(answer: &zbus::Message) -> Result<T, Trouble>
where
    T: for<'a> zbus::wire::DynamicDeserialize<'a>,
{
    answer.body().deserialize().map_err(|_| broken("gave an answer that it should not give"))
}

/// The text of an entry.
fn text(bytes: Vec<u8>) -> Result<Zeroizing<String>, Trouble> {
    let bytes = Zeroizing::new(bytes);
    if bytes.len() > LIMIT {
        return Err(broken("has an entry larger than 16 KiB, which is no credential"));
    }
    let text = str::from_utf8(&bytes).map_err(|_| broken("has an entry that is not UTF-8"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// If the keyring has to ask its user first, it has not done anything yet.
fn without_asking(prompt: &OwnedObjectPath) -> Result<(), Trouble> {
    if prompt.as_str() == NONE { Ok(()) } else { Err(is_locked()) }
}

fn is_locked() -> Trouble {
    broken("is locked: unlock it with the desktop's program for it, and try again")
}

fn trouble(error: &zbus::Error) -> Trouble {
    let name = match error {
        zbus::Error::FDO(error) => error.name().to_string(),
        zbus::Error::MethodError(name, ..) => name.to_string(),
        _ => String::new(),
    };
    match name.strip_prefix("org.freedesktop.").unwrap_or_default() {
        "DBus.Error.ServiceUnknown" | "DBus.Error.NameHasNoOwner" => {
            not_there("is out of reach: no program on the session bus keeps secrets")
        }
        "Secret.Error.IsLocked" => is_locked(),
        _ => Trouble::Broken(format!("cannot be used: {}", words(error))),
    }
}

/// Does nobody listen at the address?
fn is_no_bus(error: &zbus::Error) -> bool {
    match error {
        zbus::Error::InputOutput(error) | zbus::Error::Connection(error, _) => {
            matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused)
        }
        _ => false,
    }
}

/// What is wrong, in words.
fn words(error: &zbus::Error) -> String {
    match error {
        zbus::Error::InputOutput(error) | zbus::Error::Connection(error, _) => crate::secrets::file::words(error),
        other => other.to_string(),
    }
}
