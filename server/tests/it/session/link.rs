//! Linking a number: by a scanned code, by a typed one, and when the network wants more.

use crate::support::{Member, Network, number_in, on_both, until};
use domain::{
    Error, Field, NumberId, PhoneNumber,
    number::{Network as Net, NumberProblem, NumberState},
};
use serde_json::json;
use server::{Server, error, number, number::link};

const PHONE: &str = "0812 5550 0142";

/// A number that waits to be linked, its first code shown.
async fn waiting(server: &Server, member: &Member) -> NumberId {
    let id = number::add_linked(server, &member.scope, "CS", Net::Sandbox).await.expect("adds");
    until(server, member, "a QR code", async || link::qr_code(server, &member.scope, id).await.expect("asks")).await;
    id
}

/// Asks for a code and waits for one that is not `before`.
pub(super) async fn code_after(server: &Server, member: &Member, id: NumberId, before: Option<&str>) -> String {
    until(server, member, "a code to type", async || {
        let shown = link::pair_code(server, &member.scope, id).await.expect("asks");
        shown?.code.map(|(code, _)| code).filter(|code| Some(code.as_str()) != before)
    })
    .await
}

fn problem(refused: error::Result<()>, field: &str) -> Option<Field> {
    match refused {
        Err(error::Error::Domain(error)) => Error::of_field(&error, field).cloned(),
        _ => None,
    }
}

on_both! {
    async fn a_scanned_code_links_and_connects(world: World) {
        let _network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = waiting(&world.server, &rani).await;
        link::scan_with_sandbox_phone(&world.server, &rani.scope, id).await.expect("scans");
        let linked = number_in(&world.server, &rani, id, NumberState::Connected).await;
        assert!(linked.phone.is_some());
    }

    async fn codes_that_ran_out_are_told_and_others_are_to_be_had(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        network.fault(json!({"kind": "codes_expired", "count": 1})).await;
        let id = number::add_linked(&world.server, &rani.scope, "CS", Net::Sandbox).await.expect("adds");
        let told = number_in(&world.server, &rani, id, NumberState::Unlinked).await;
        assert_eq!(told.problem, Some(NumberProblem::CodeExpired));
        link::relink(&world.server, &rani.scope, id).await.expect("asks for others");
        until(&world.server, &rani, "a QR code", async || {
            link::qr_code(&world.server, &rani.scope, id).await.expect("asks")
        })
        .await;
        link::scan_with_sandbox_phone(&world.server, &rani.scope, id).await.expect("scans");
        number_in(&world.server, &rani, id, NumberState::Connected).await;
    }

    async fn a_typed_code_links_and_connects(world: World) {
        let _network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = waiting(&world.server, &rani).await;
        link::ask_pair_code(&world.server, &rani.scope, id, PHONE).await.expect("asks for a code");
        let code = code_after(&world.server, &rani, id, None).await;
        assert_eq!(code.len(), 8);
        link::type_on_sandbox_phone(&world.server, &rani.scope, id, &code).await.expect("types it");
        let linked = number_in(&world.server, &rani, id, NumberState::Connected).await;
        assert_eq!(linked.phone, PhoneNumber::from_e164("6281255500142").ok());
        assert_eq!(link::pair_code(&world.server, &rani.scope, id).await.expect("asks"), None, "nothing is left to type");
    }

    async fn a_wrong_code_links_nothing_and_another_comes(world: World) {
        let _network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = waiting(&world.server, &rani).await;
        link::ask_pair_code(&world.server, &rani.scope, id, PHONE).await.expect("asks for a code");
        let code = code_after(&world.server, &rani, id, None).await;
        let wrong = if code.starts_with('A') { "BBBBBBBB" } else { "AAAAAAAA" };
        let refused = link::type_on_sandbox_phone(&world.server, &rani.scope, id, wrong).await;
        assert_eq!(problem(refused, "code"), Some(Field::WrongCode));
        let another = code_after(&world.server, &rani, id, Some(&code)).await;
        link::type_on_sandbox_phone(&world.server, &rani.scope, id, &another).await.expect("types it");
        number_in(&world.server, &rani, id, NumberState::Connected).await;
    }

    async fn a_code_whose_line_broke_is_asked_for_again(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = waiting(&world.server, &rani).await;
        link::ask_pair_code(&world.server, &rani.scope, id, PHONE).await.expect("asks for a code");
        let code = code_after(&world.server, &rani, id, None).await;
        let restarted = world.another_process().await;
        let _network = network.restart_in(&restarted).await;
        let another = code_after(&restarted, &rani, id, Some(&code)).await;
        link::type_on_sandbox_phone(&restarted, &rani.scope, id, &another).await.expect("types it");
        number_in(&restarted, &rani, id, NumberState::Connected).await;
    }

    async fn a_code_is_for_a_phone_of_ones_own(world: World) {
        let _network = Network::start(&world).await;
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let hers = number::add_sandbox(&world.server, &rani.scope, "Toko").await.expect("adds");
        let phone = number_in(&world.server, &rani, hers, NumberState::Connected).await.phone.expect("linked");
        let his = waiting(&world.server, &budi).await;
        let refused = link::ask_pair_code(&world.server, &budi.scope, his, phone.digits()).await;
        assert_eq!(problem(refused, "phone"), Some(Field::Taken));
        let refused = link::ask_pair_code(&world.server, &budi.scope, his, "12").await;
        assert_eq!(problem(refused, "phone"), Some(Field::NotAPhone));
        let asking = waiting(&world.server, &rani).await;
        link::ask_pair_code(&world.server, &rani.scope, asking, PHONE).await.expect("asks for a code");
        let refused = link::ask_pair_code(&world.server, &budi.scope, his, PHONE).await;
        assert_eq!(problem(refused, "phone"), Some(Field::Taken), "hers before it is linked, too");
        let strange = link::ask_pair_code(&world.server, &budi.scope, hers, PHONE).await;
        assert!(matches!(strange, Err(error::Error::Domain(Error::NotFound))), "{strange:?}");
    }

    async fn a_passkey_that_is_wanted_is_told_and_a_typed_code_goes_around_it(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = waiting(&world.server, &rani).await;
        network.fault(json!({"kind": "passkey_wanted", "count": 1})).await;
        link::scan_with_sandbox_phone(&world.server, &rani.scope, id).await.expect("scans");
        let told = until(&world.server, &rani, "what the network wants", async || {
                number::get(&world.server, &rani.scope, id).await.expect("asks").problem
            })
            .await;
        assert_eq!(told, NumberProblem::PasskeyWanted);
        link::ask_pair_code(&world.server, &rani.scope, id, PHONE).await.expect("asks for a code");
        let code = code_after(&world.server, &rani, id, None).await;
        link::type_on_sandbox_phone(&world.server, &rani.scope, id, &code).await.expect("types it");
        let linked = number_in(&world.server, &rani, id, NumberState::Connected).await;
        assert_eq!(linked.problem, None);
    }
}
