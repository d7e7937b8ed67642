//! `sapa user`: who operates the installation, and what is said about people who are not there.

use crate::support::{Database, sapa};
use domain::identity::SignUp;
use server::{
    Server,
    identity::{self, Device},
};
use std::{net::IpAddr, process::Output};

async fn user(database: &Database, arguments: &[&str]) -> (Output, String) {
    let mut command = sapa();
    command.arg("user").args(arguments).env("SAPA_DATA_DIR", database.dir());
    let output = command.output().await.expect("the program starts");
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    (output, String::from_utf8_lossy(&said).into_owned())
}

/// Signs up; the token of the sign-in.
async fn sign_up(server: &Server, name: &str) -> String {
    let input = SignUp {
        name: name.into(),
        email: format!("{}@toko.id", name.to_lowercase()),
        password: "kopi tubruk pagi".into(),
        tenant: format!("Toko {name}"),
    };
    let device = Device { address: IpAddr::from([127, 0, 0, 1]), user_agent: "Test".into() };
    identity::sign_up(server, input, &device).await.expect("signs up").token
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_are_named_and_taken_back_on_the_command_line() {
    let database = Database::sqlite();
    let server = database.server().await;
    sign_up(&server, "Rani").await;
    let budi = sign_up(&server, "Budi").await;
    let operates = async || {
        let found = identity::authenticate(&server, &budi).await.expect("asks").expect("is signed in");
        found.operator.is_some()
    };
    for (arguments, says, is) in [
        (&["operator", "Budi@toko.id"][..], "is an operator of this installation now", true),
        (&["operator", "budi@toko.id"], "was an operator of this installation already", true),
        (&["operator", "budi@toko.id", "--revoke"], "is no operator of this installation any more", false),
        (&["operator", "budi@toko.id", "--revoke"], "was no operator of this installation", false),
        // The last one, too.
        (&["operator", "rani@toko.id", "--revoke"], "is no operator of this installation any more", false),
    ] {
        let (output, said) = user(&database, arguments).await;
        assert!(output.status.success() && said.contains(says), "{arguments:?}: {said}");
        assert_eq!(operates().await, is, "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_who_never_signed_up_is_named_in_the_error() {
    let database = Database::sqlite();
    let server = database.server().await;
    sign_up(&server, "Rani").await;
    for arguments in
        [&["operator", "siapa@toko.id"][..], &["operator", "siapa@toko.id", "--revoke"], &["password", "siapa@toko.id"]]
    {
        let (output, said) = user(&database, arguments).await;
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("nobody signs in as siapa@toko.id"), "{arguments:?}: {said}");
    }
    let (output, said) = user(&database, &["operator", "siapa"]).await;
    assert!(output.status.code() == Some(1) && said.contains("e-mail"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_person_operates_the_installation() {
    let database = Database::sqlite();
    let server = database.server().await;
    sapa::demo::prepare(&server).await.expect("makes the demo");
    let changed = identity::set_operator(&server, "demo@sapa.local", true).await.expect("is there");
    assert!(!changed, "was so already");
}
