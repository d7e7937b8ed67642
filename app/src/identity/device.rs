//! The browser that asks: for the list of sign-ins, and to count its attempts.

use axum::extract::ConnectInfo;
use leptos::prelude::use_context;
use server::{Server, identity::Device};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// From the request at hand.
pub(super) fn of_request(server: &Server) -> Device {
    let Some(parts) = use_context::<http::request::Parts>() else {
        return Device { address: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: String::new() };
    };
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
    let forwarded = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let user_agent = parts.headers.get(http::header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Device {
        address: behind(peer, forwarded, server.config.trusted_proxies),
        user_agent: user_agent.unwrap_or_default().to_owned(),
    }
}

/// Who is behind the proxies. Each appends the address it was asked from, so that with n of ours the n-th from the end
/// is true, and whatever stands before it was written by whoever asked.
fn behind<'a>(peer: IpAddr, forwarded: impl Iterator<Item = &'a str>, proxies: usize) -> IpAddr {
    let Some(place) = proxies.checked_sub(1) else { return peer };
    let list: Vec<&str> = forwarded.flat_map(|header| header.split(',')).map(str::trim).collect();
    list.iter().rev().nth(place).and_then(|address| address.parse().ok()).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::behind;
    use std::net::IpAddr;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn nobody_is_believed_without_a_proxy() {
        assert_eq!(behind(address("192.0.2.1"), ["198.51.100.7"].into_iter(), 0), address("192.0.2.1"));
    }

    #[test]
    fn what_our_proxy_wrote_counts_and_what_the_browser_wrote_does_not() {
        let forged = ["203.0.113.9, 198.51.100.7"];
        assert_eq!(behind(address("192.0.2.1"), forged.into_iter(), 1), address("198.51.100.7"));
        let two_headers = ["203.0.113.9", "198.51.100.7, 192.0.2.2"];
        assert_eq!(behind(address("192.0.2.1"), two_headers.into_iter(), 2), address("198.51.100.7"));
    }

    #[test]
    fn a_proxy_that_says_nothing_is_the_one_who_asks() {
        assert_eq!(behind(address("192.0.2.1"), [].into_iter(), 1), address("192.0.2.1"));
        assert_eq!(behind(address("192.0.2.1"), ["unknown"].into_iter(), 1), address("192.0.2.1"));
        assert_eq!(behind(address("192.0.2.1"), ["2001:db8::7"].into_iter(), 1), address("2001:db8::7"));
    }
}
