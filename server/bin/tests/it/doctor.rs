//! `sapa doctor` beside numbers that are well and numbers that are not.

use crate::support::{Database, sapa};
use domain::number::NumberState;
use server::{
    Server, engines,
    identity::{self, Device},
    number,
};
use std::{net::IpAddr, process::Output};

async fn doctor(database: &Database) -> (Output, String) {
    let mut command = sapa();
    command.arg("doctor").env("SAPA_DATA_DIR", database.dir()).env("SAPA_LISTEN", "127.0.0.1:0");
    let output = command.output().await.expect("the program starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output, said)
}

async fn sign_up(server: &Server) -> server::Scope {
    let input = domain::identity::SignUp {
        name: "Rani".into(),
        email: "rani@toko.id".into(),
        password: "kopi tubruk pagi".into(),
        tenant: "Toko Rani".into(),
    };
    let device = Device { address: IpAddr::from([127, 0, 0, 1]), user_agent: "Test".into() };
    let signed_in = identity::sign_up(server, input, &device).await.expect("signs up");
    identity::authenticate(server, &signed_in.token).await.expect("asks").expect("is signed in").scope
}

/// Waits for the events of the tenant until the number is in a state.
async fn reached(server: &Server, scope: &server::Scope, id: domain::NumberId, state: NumberState) {
    let mut events = server.bus.subscribe(scope.tenant());
    while number::get(server, scope, id).await.expect("asks").state != state {
        events.recv().await.expect("the server lives");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_says_which_number_cannot_send_and_what_to_do() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let database = Database::sqlite();
    let server = database.server().await;
    let mut running = engines::start(&server);
    running.running().await.expect("the engines run");
    let scope = sign_up(&server).await;
    let well = number::add_sandbox(&server, &scope, "CS").await.expect("adds");
    let out = number::add_sandbox(&server, &scope, "Promo").await.expect("adds");
    for id in [well, out] {
        reached(&server, &scope, id, NumberState::Connected).await;
    }
    let (output, said) = doctor(&database).await;
    assert!(output.status.success(), "{said}");
    assert!(said.contains("ok    number CS of Toko Rani can send"), "{said}");

    number::log_out(&server, &scope, out).await.expect("logs out");
    reached(&server, &scope, out, NumberState::LoggedOut).await;
    let (output, said) = doctor(&database).await;
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("WRONG number Promo of Toko Rani: This number was logged out here."), "{said}");
    running.stop().await.expect("stops");
}
