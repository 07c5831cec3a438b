//! Looks up the addresses of a host name.
//!
//! ```text
//!   localhost ──────> 127.0.0.1 and ::1, without a look-up
//!   any other name ─> the system's look-up, on a thread of its own
//! ```

use super::aside::aside;
use crate::model::address::is_localhost;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

/// The client's resolver of host names.
#[derive(Clone, Copy, Debug)]
pub struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let name = name.as_str().to_owned();
            if is_localhost(&name) {
                return Ok(Box::new(loopback().into_iter()) as Addrs);
            }
            // Port 0 stands for the port of the request.
            let found = aside(move || (name.as_str(), 0).to_socket_addrs()).await??;
            Ok(Box::new(found) as Addrs)
        })
    }
}

/// The fixed addresses of localhost. A name server could give any other address, and plain http would take the
/// credential there.
fn loopback() -> [SocketAddr; 2] {
    [(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn x5_localhost_is_this_machines_loopback_whatever_the_system_says() {
        for name in ["localhost", "localhost.", "LocalHost"] {
            let found: Vec<SocketAddr> = Names.resolve(name.parse().unwrap()).await.unwrap().collect();
            assert_eq!(found, loopback(), "{name}");
        }
        let found = Names.resolve("callset.invalid".parse().unwrap()).await;
        assert!(found.is_err(), "names that are none are looked up, and not found");
    }
}
