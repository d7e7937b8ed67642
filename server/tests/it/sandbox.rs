//! The sandbox as the dashboard plays it: people, faults and devices of the tenant's own phones.

use crate::support::{Member, Network, number_in, on_both, refusal, until};
use domain::{
    Error, Field, NumberId, PhoneNumber,
    error::Refusal,
    message::{Author, MessageKind},
    number::NumberState,
    sandbox::{FaultForm, FaultKind, PersonForm, PersonaForm, Played},
};
use server::{inbox, number, sandbox};

const RINA: &str = "+6281311110001";

/// A phone that is on, and somebody who reads.
fn awake() -> PersonaForm {
    PersonaForm { receives: true, reads: true, ..PersonaForm::default() }
}

on_both! {
    async fn a_person_is_played_and_the_answer_is_on_their_screen(world: World) {
        let _network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (server, scope) = (&world.server, &rani.scope);
        let id = world.connected(&rani, "CS").await.0;
        let rina = PersonForm { name: "Rina".into(), on_whatsapp: true, shows_picture: false };
        let operator = rani.operator.expect("came first");
        sandbox::world::set_person(server, &operator, RINA, &rina).await.expect("sets");
        sandbox::write(server, scope, id, RINA, "Masih buka?").await.expect("writes");
        let conversation = until(server, &rani, "the question", async || world.conversations(&rani).await.pop()).await;
        assert_eq!(conversation.name, "Rina");
        inbox::reply(server, scope, conversation.id, "Buka sampai jam 9").await.expect("replies");
        let screen = until(server, &rani, "the answer on the screen", async || {
            let thread = sandbox::thread(server, scope, id, RINA).await.expect("opens");
            (thread.messages.len() == 2).then_some(thread)
        })
        .await;
        let said: Vec<_> = screen.messages.iter().map(|message| (message.from_person, message.text.as_str())).collect();
        assert_eq!(said, [(true, "Masih buka?"), (false, "Buka sampai jam 9")]);
        assert_eq!((screen.name.as_str(), screen.played), ("Rina", Some(Played { persona: awake(), person: rina })));
        let chats = sandbox::chats(server, scope, id).await.expect("asks");
        assert_eq!((chats.len(), chats[0].person.e164().as_str(), chats[0].last.from_person), (1, RINA, false));
        let ledger = sandbox::ledger(server, scope, id).await.expect("asks");
        assert_eq!((ledger.len(), ledger[0].kind, ledger[0].came), (1, MessageKind::Text, 1));
        assert_eq!(ledger[0].text, "Buka sampai jam 9");
        let account = sandbox::phone(server, scope, id).await.expect("asks").account.expect("known");
        assert_eq!((account.traffic.accepted, account.traffic.replies, account.devices.len()), (1, 1, 1));
        assert!(account.devices[0].connected);
    }

    async fn a_persona_answers_by_its_words(world: World) {
        let _network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (server, scope) = (&world.server, &rani.scope);
        let id = world.connected(&rani, "CS").await.0;
        let form = PersonaForm { replies: true, answers: "promo = Mau (dua)!\nApa?".into(), ..awake() };
        sandbox::set_persona(server, scope, id, RINA, &form).await.expect("sets");
        let conversation = inbox::start(server, scope, id, RINA).await.expect("starts");
        inbox::reply(server, scope, conversation, "Ada PROMO hari ini").await.expect("replies");
        until(server, &rani, "her answer", async || {
            let said = world.said(&rani, conversation).await;
            said.iter().any(|(author, text)| *author != Some(Author::Agent) && text == "Mau (dua)!").then_some(())
        })
        .await;
    }

    async fn what_cannot_be_played_is_refused_in_words(world: World) {
        let _network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (server, scope) = (&world.server, &rani.scope);
        let (id, other) = (world.connected(&rani, "CS").await.0, world.connected(&rani, "Promo").await.0);
        let phone = number::get(server, scope, other).await.expect("asks").phone.expect("linked").e164();
        let write = async |person: &str, text: &str| refusal(sandbox::write(server, scope, id, person, text).await);
        assert_eq!(write(&phone, "Halo").await, Error::Refused(Refusal::NotAPerson));
        assert_eq!(write("nobody", "Halo").await, Error::field("person", Field::NotAPhone));
        assert_eq!(write(RINA, "  ").await, Error::field("text", Field::Required));
        let nowhere = PersonForm::default();
        sandbox::world::set_person(server, &rani.operator.expect("came first"), RINA, &nowhere).await.expect("sets");
        assert_eq!(write(RINA, "Halo").await, Error::Refused(Refusal::PersonNotOnWhatsapp));
        let cause = async |form: FaultForm| refusal(sandbox::cause(server, scope, id, "", &form).await);
        assert_eq!(cause(FaultForm::default()).await, Error::field("kind", Field::NotAChoice));
        assert!(sandbox::chats(server, scope, id).await.expect("asks").is_empty());
        assert!(sandbox::faults(server, scope, id).await.expect("asks").is_empty());
    }

    async fn how_a_person_behaves_toward_one_number_no_other_tenant_notices(world: World) {
        let _network = Network::start(&world).await;
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let (hers, his) = (world.connected(&rani, "CS").await.0, world.connected(&budi, "CS").await.0);
        let server = &world.server;
        let shown = async |member: &Member, number: NumberId| {
            let thread = sandbox::thread(server, &member.scope, number, RINA).await.expect("opens");
            thread.played.expect("a person").persona
        };
        let friendly = PersonaForm { replies: true, answers: "Siap, Bu Rani".into(), ..awake() };
        sandbox::set_persona(server, &rani.scope, hers, RINA, &friendly).await.expect("sets");
        let blocking = PersonaForm { blocks: true, ..awake() };
        sandbox::set_persona(server, &budi.scope, his, RINA, &blocking).await.expect("sets");
        assert_eq!((shown(&rani, hers).await, shown(&budi, his).await), (friendly, blocking));

        // Both write; one is answered, the other has one tick for ever.
        let to_her = inbox::start(server, &rani.scope, hers, RINA).await.expect("starts");
        let to_him = inbox::start(server, &budi.scope, his, RINA).await.expect("starts");
        inbox::reply(server, &budi.scope, to_him, "Halo").await.expect("replies");
        inbox::reply(server, &rani.scope, to_her, "Halo").await.expect("replies");
        until(server, &rani, "her answer", async || {
            let said = world.said(&rani, to_her).await;
            said.iter().any(|(_, text)| text == "Siap, Bu Rani").then_some(())
        })
        .await;
        let ledger = async || sandbox::ledger(server, &budi.scope, his).await.expect("asks");
        until(server, &budi, "his message", async || (!ledger().await.is_empty()).then_some(())).await;
        assert_eq!(ledger().await[0].delivered_at, None);
        assert_eq!(world.said(&budi, to_him).await.len(), 1);

        // As she was: nothing of her is kept.
        sandbox::set_persona(server, &budi.scope, his, RINA, &awake()).await.expect("sets");
        assert_eq!(shown(&budi, his).await, awake());
        let of_his = sandbox::set_persona(server, &rani.scope, his, RINA, &awake()).await;
        assert_eq!(refusal(of_his), Error::NotFound);
    }

    async fn the_form_shows_what_applies_whoever_set_it(world: World) {
        let _network = Network::start(&world).await;
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let his = world.connected(&budi, "CS").await.0;
        let (server, operator) = (&world.server, rani.operator.expect("came first"));
        let lively = PersonaForm { replies: true, hides_number: true, answers: "halo = Hai".into(), ..awake() };
        sandbox::world::set_defaults(server, &operator, &lively).await.expect("sets");
        let shown = async || {
            let thread = sandbox::thread(server, &budi.scope, his, RINA).await.expect("opens");
            thread.played.expect("a person").persona
        };
        assert_eq!(shown().await, lively);
        let silent = PersonaForm { replies: false, ..lively.clone() };
        sandbox::set_persona(server, &budi.scope, his, RINA, &silent).await.expect("sets");
        assert_eq!(shown().await, silent);
        // What he did not touch goes on following the world.
        let off = PersonaForm { receives: false, ..lively };
        sandbox::world::set_defaults(server, &operator, &off).await.expect("sets");
        assert_eq!(shown().await, PersonaForm { receives: false, ..silent });
    }

    async fn faults_strike_the_own_phone_and_end_there(world: World) {
        let _network = Network::start(&world).await;
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let (hers, his) = (world.connected(&rani, "CS").await.0, world.connected(&budi, "CS").await.0);
        let server = &world.server;
        let form = |kind: FaultKind| FaultForm { kind: kind.to_string(), ..FaultForm::default() };
        sandbox::cause(server, &budi.scope, his, RINA, &form(FaultKind::Nack)).await.expect("causes");
        sandbox::cause(server, &rani.scope, hers, "", &FaultForm { count: "5".into(), ..form(FaultKind::AckNever) }).await.expect("causes");
        let faults = sandbox::faults(server, &rani.scope, hers).await.expect("asks");
        assert_eq!((faults.len(), faults[0].kind, faults[0].count), (1, FaultKind::AckNever, Some(5)));
        sandbox::end_faults(server, &rani.scope, hers).await.expect("ends");
        assert!(sandbox::faults(server, &rani.scope, hers).await.expect("asks").is_empty());
        let others = sandbox::faults(server, &budi.scope, his).await.expect("asks");
        assert_eq!((others.len(), others[0].code), (1, Some(463)));
        assert_eq!(others[0].person, PhoneNumber::from_e164(RINA).ok());
        for result in [
            sandbox::end_faults(server, &rani.scope, his).await,
            sandbox::unlink(server, &rani.scope, his, 1).await,
            sandbox::write(server, &rani.scope, his, RINA, "Halo").await,
        ] {
            assert_eq!(refusal(result), Error::NotFound);
        }
    }

    async fn a_device_that_is_unlinked_on_the_phone_is_logged_out(world: World) {
        let _network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        let devices = async || {
            let phone = sandbox::phone(&world.server, &rani.scope, id).await.expect("asks");
            phone.account.expect("known").devices
        };
        let device = devices().await[0].id;
        sandbox::unlink(&world.server, &rani.scope, id, device).await.expect("unlinks");
        number_in(&world.server, &rani, id, NumberState::LoggedOut).await;
        assert!(devices().await.is_empty());
        // Pressed twice: it is gone, which is what was wanted.
        sandbox::unlink(&world.server, &rani.scope, id, device).await.expect("nothing to do");
    }
}
