//! A session bus with a Secret Service, on a socket of its own, that does what a test scripts.
//!
//! ```text
//!   Vault::start(dir, Manner)     Hello, OpenSession, SearchItems, GetSecret, CreateItem, Delete, ReadAlias
//! ```
//!
//! The bus and the service are one program here: a client that sends to a name cannot tell the difference.

#![expect(clippy::needless_pass_by_value, clippy::unused_self, reason = "the interface macro calls for this form")]

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tokio::sync::oneshot;
use zbus::{ObjectPath, OwnedObjectPath, OwnedVariant, Variant, connection::Builder, fdo, interface};

/// What the service has, and how it behaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    /// Attributes and secret, at most [`SLOTS`].
    pub(crate) items: Vec<(HashMap<String, String>, Vec<u8>)>,
    /// Entries that were removed.
    pub(crate) removed: Vec<usize>,
    /// What is special about it.
    pub(crate) habit: Habit,
}

/// What a service may do in the place of what is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Nothing else.
    #[default]
    Plain,
    /// Everything is locked.
    Locked,
    /// It would open a window before it changes anything.
    Prompting,
    /// It has no collection to keep anything in.
    Empty,
    /// Nobody keeps secrets on this bus.
    Absent,
    /// Searching never ends.
    Hanging,
}

/// How many entries there can be.
const SLOTS: usize = 8;

type State = Arc<Mutex<Manner>>;

/// The running service. It ends with this value.
pub(crate) struct Vault {
    /// What `DBUS_SESSION_BUS_ADDRESS` would be.
    pub(crate) address: String,
    state: State,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Vault {
    pub(crate) fn start(dir: &Path, manner: Manner) -> Self {
        let path = dir.join("bus");
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let state: State = Arc::new(Mutex::new(manner));
        let (end, ended) = oneshot::channel();
        let served = Arc::clone(&state);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, served) => {}
                    _ = ended => {}
                }
            });
        });
        Self { address: format!("unix:path={}", path.display()), state, end: Some(end), thread: Some(thread) }
    }

    pub(crate) fn now(&self) -> Manner {
        self.state.lock().unwrap().clone()
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        drop(self.end.take());
        let _ = self.thread.take().unwrap().join();
    }
}

async fn serve(listener: std::os::unix::net::UnixListener, state: State) {
    listener.set_nonblocking(true).unwrap();
    let listener = tokio::net::UnixListener::from_std(listener).unwrap();
    let mut connections = Vec::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let mut builder = Builder::unix_stream(stream.into_std().unwrap())
            .server(zbus::Guid::generate())
            .p2p()
            .serve_at("/org/freedesktop/DBus", Bus)
            .serve_at("/org/freedesktop/secrets", Root(Arc::clone(&state)))
            .serve_at("/org/freedesktop/secrets/folder", Folder(Arc::clone(&state)));
        for slot in 0..SLOTS {
            builder = builder.serve_at(path_of(slot), Item(slot, Arc::clone(&state)));
        }
        // A client that has gone meanwhile is none.
        connections.extend(builder.build().await);
    }
}

fn path_of(slot: usize) -> OwnedObjectPath {
    ObjectPath::try_from(format!("/org/freedesktop/secrets/folder/{slot}")).unwrap().into()
}

fn none() -> OwnedObjectPath {
    ObjectPath::try_from("/").unwrap().into()
}

struct Bus;

#[interface(name = "org.freedesktop.DBus")]
impl Bus {
    fn hello(&self) -> String {
        ":1.7".to_owned()
    }
}

struct Root(State);

#[interface(name = "org.freedesktop.Secret.Service")]
impl Root {
    fn open_session(&self, algorithm: &str, input: Variant<'_>) -> fdo::Result<(OwnedVariant, OwnedObjectPath)> {
        if self.0.lock().unwrap().habit == Habit::Absent {
            return Err(fdo::Error::ServiceUnknown("nobody has that name".to_owned()));
        }
        assert_eq!((algorithm, input), ("plain", Variant::from("")));
        let nothing = OwnedVariant::try_from(Variant::from("")).unwrap();
        Ok((nothing, ObjectPath::try_from("/org/freedesktop/secrets/session/1").unwrap().into()))
    }

    async fn search_items(&self, wanted: HashMap<String, String>) -> (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) {
        if self.0.lock().unwrap().habit == Habit::Hanging {
            std::future::pending::<()>().await;
        }
        let state = self.0.lock().unwrap();
        let is_meant = |(slot, (attributes, _)): &(usize, &(HashMap<String, String>, Vec<u8>))| {
            !state.removed.contains(slot) && wanted.iter().all(|(name, value)| attributes.get(name) == Some(value))
        };
        let found = state.items.iter().enumerate().filter(is_meant).map(|(slot, _)| path_of(slot)).collect();
        if state.habit == Habit::Locked { (Vec::new(), found) } else { (found, Vec::new()) }
    }

    fn read_alias(&self, name: &str) -> OwnedObjectPath {
        assert_eq!(name, "default");
        if self.0.lock().unwrap().habit == Habit::Empty {
            return none();
        }
        ObjectPath::try_from("/org/freedesktop/secrets/folder").unwrap().into()
    }
}

type Secret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

struct Folder(State);

#[interface(name = "org.freedesktop.Secret.Collection")]
impl Folder {
    #[zbus(property)]
    fn locked(&self) -> bool {
        self.0.lock().unwrap().habit == Habit::Locked
    }

    fn create_item(
        &self,
        properties: HashMap<String, OwnedVariant>,
        secret: Secret,
        replace: bool,
    ) -> (OwnedObjectPath, OwnedObjectPath) {
        let mut state = self.0.lock().unwrap();
        if matches!(state.habit, Habit::Locked | Habit::Prompting) {
            return (none(), ObjectPath::try_from("/org/freedesktop/secrets/prompt/1").unwrap().into());
        }
        let attributes = properties["org.freedesktop.Secret.Item.Attributes"].try_clone().unwrap();
        let attributes: HashMap<String, String> = attributes.try_into().unwrap();
        assert!(replace && properties.contains_key("org.freedesktop.Secret.Item.Label"));
        state.items.retain(|(there, _)| *there != attributes);
        state.items.push((attributes, secret.2));
        (path_of(state.items.len() - 1), none())
    }
}

struct Item(usize, State);

#[interface(name = "org.freedesktop.Secret.Item")]
impl Item {
    fn get_secret(&self, session: OwnedObjectPath) -> (Secret,) {
        let state = self.1.lock().unwrap();
        ((session, Vec::new(), state.items[self.0].1.clone(), "text/plain".to_owned()),)
    }

    fn delete(&self) -> OwnedObjectPath {
        let mut state = self.1.lock().unwrap();
        if state.habit == Habit::Prompting {
            return ObjectPath::try_from("/org/freedesktop/secrets/prompt/1").unwrap().into();
        }
        state.removed.push(self.0);
        none()
    }
}
