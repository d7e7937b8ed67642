//! The whole world of the sandbox, as its operator sees and changes it.

use crate::support::{Member, Network, World, number_in, on_both, refusal};
use domain::{
    Error, Field, NumberId,
    number::NumberState,
    sandbox::{FaultForm, FaultKind, PersonForm, PersonaForm, PolicyForm, WorldPhone},
};
use server::{Operator, number, sandbox, sandbox::world};

const RINA: &str = "+6281311110001";

/// Whoever signed up first, and the proof that they operate the installation.
async fn operator(world: &World) -> (Member, Operator) {
    let member = world.sign_up("Rani").await;
    let operator = member.operator.expect("came first");
    (member, operator)
}

on_both! {
    async fn the_operator_sees_whose_every_phone_is(world: World) {
        let _network = Network::start(&world).await;
        let ((rani, operator), budi) = (operator(&world).await, world.sign_up("Budi").await);
        assert!(budi.operator.is_none(), "came second");
        let (hers, his) = (world.connected(&rani, "CS").await.0, world.connected(&budi, "Promo").await.0);
        let server = &world.server;
        sandbox::write(server, &budi.scope, his, RINA, "Masih buka?").await.expect("writes");
        let seen = world::view(server, &operator).await.expect("looks");
        assert_eq!((seen.people, seen.traffic.replies, seen.phones.len()), (1, 1, 2));
        let phone_of = async |member: &Member, id: NumberId| {
            number::get(server, &member.scope, id).await.expect("asks").phone.expect("linked")
        };
        for (phone, tenant, label) in
            [(phone_of(&rani, hers).await, "Toko Rani", "CS"), (phone_of(&budi, his).await, "Toko Budi", "Promo")]
        {
            let found: Vec<&WorldPhone> = seen.phones.iter().filter(|seen| seen.phone == phone).collect();
            let owner = found[0].owner.as_ref().expect("a number of ours");
            assert_eq!((owner.tenant.as_str(), owner.label.as_str()), (tenant, label));
            assert_eq!((found.len(), found[0].devices, found[0].connected, found[0].new_chats_cap), (1, 1, 1, None));
        }
        let ledger = world::ledger(server, &operator).await.expect("looks");
        assert_eq!((ledger.len(), ledger[0].text.as_str()), (1, "Masih buka?"));
        assert_eq!((ledger[0].from.e164().as_str(), &ledger[0].to), (RINA, &Some(phone_of(&budi, his).await)));
    }

    async fn limits_and_seed_hold_for_everybody_and_wrong_ones_name_their_field(world: World) {
        let _network = Network::start(&world).await;
        let ((_, operator), budi) = (operator(&world).await, world.sign_up("Budi").await);
        world.connected(&budi, "CS").await;
        let server = &world.server;
        let policy = PolicyForm { new_chats_per_day: "1".into(), lock_minutes: "5".into(), ..PolicyForm::default() };
        world::set_policy(server, &operator, &policy).await.expect("sets");
        world::set_seed(server, &operator, " 7 ").await.expect("sets");
        let rules = world::rules(server, &operator).await.expect("looks");
        assert_eq!((rules.seed, rules.policy), (7, policy.clone()));
        let seen = world::view(server, &operator).await.expect("looks");
        let phone = seen.phones.into_iter().next().expect("his phone");
        assert_eq!(phone.new_chats_cap, Some(1));

        let wrong = PolicyForm { ban_after: "0".into(), ..policy };
        let refused = refusal(world::set_policy(server, &operator, &wrong).await);
        assert!(refused.of_field("ban_after").is_some(), "{refused:?}");
        assert_eq!(refusal(world::set_seed(server, &operator, "x").await), Error::field("seed", Field::NotANumber));
        let wrong = PersonaForm { answers: "harga =".into(), ..PersonaForm::default() };
        let refused = refusal(world::set_defaults(server, &operator, &wrong).await);
        assert_eq!(refused, Error::field("answers", Field::Required));
    }

    async fn who_a_person_is_holds_for_every_number(world: World) {
        let _network = Network::start(&world).await;
        let ((_, operator), budi) = (operator(&world).await, world.sign_up("Budi").await);
        let his = world.connected(&budi, "CS").await.0;
        let server = &world.server;
        let rina = PersonForm { name: "Rina".into(), on_whatsapp: true, shows_picture: true };
        world::set_person(server, &operator, RINA, &rina).await.expect("sets");
        let shown = async || {
            let thread = sandbox::thread(server, &budi.scope, his, RINA).await.expect("opens");
            (thread.name, thread.played.expect("a person").person)
        };
        assert_eq!(shown().await, ("Rina".into(), rina));
        let gone = PersonForm::default();
        world::set_person(server, &operator, RINA, &gone).await.expect("sets");
        assert_eq!(shown().await.1, gone);
        let long = PersonForm { name: "x".repeat(26), ..PersonForm::default() };
        let refused = refusal(world::set_person(server, &operator, RINA, &long).await);
        assert_eq!(refused, Error::field("name", Field::TooLong { max: 25 }));
    }

    async fn trouble_for_everybody_strikes_all_and_ends(world: World) {
        let _network = Network::start(&world).await;
        let ((_, operator), budi) = (operator(&world).await, world.sign_up("Budi").await);
        let his = world.connected(&budi, "CS").await.0;
        let server = &world.server;
        let form = |kind: FaultKind| FaultForm { kind: kind.to_string(), ..FaultForm::default() };
        sandbox::cause(server, &budi.scope, his, "", &form(FaultKind::AckNever)).await.expect("causes");
        world::cause(server, &operator, RINA, &form(FaultKind::Nack)).await.expect("causes");
        let faults = world::faults(server, &operator).await.expect("looks");
        let told: Vec<_> = faults.iter().map(|found| (found.kind, found.phone.is_some())).collect();
        assert_eq!(told, [(FaultKind::AckNever, true), (FaultKind::Nack, false)]);
        assert!(faults[1].person.is_some());
        let his_faults = sandbox::faults(server, &budi.scope, his).await.expect("looks");
        assert_eq!(his_faults, faults, "what strikes everybody strikes him");
        let refused = refusal(world::cause(server, &operator, "", &FaultForm::default()).await);
        assert_eq!(refused, Error::field("kind", Field::NotAChoice));
        world::end_faults(server, &operator).await.expect("ends");
        assert!(world::faults(server, &operator).await.expect("looks").is_empty());
    }

    async fn after_a_reset_every_number_has_to_be_linked_again(world: World) {
        let _network = Network::start(&world).await;
        let ((rani, operator), budi) = (operator(&world).await, world.sign_up("Budi").await);
        let (hers, his) = (world.connected(&rani, "CS").await.0, world.connected(&budi, "CS").await.0);
        let server = &world.server;
        assert_eq!(refusal(world::reset(server, &operator, "").await), Error::field("word", Field::Required));
        assert_eq!(refusal(world::reset(server, &operator, "yes").await), Error::field("word", Field::OtherWord));
        assert_eq!(world::view(server, &operator).await.expect("looks").phones.len(), 2);
        world::reset(server, &operator, "reset").await.expect("resets");
        number_in(&world.server, &rani, hers, NumberState::LoggedOut).await;
        number_in(&world.server, &budi, his, NumberState::LoggedOut).await;
        let seen = world::view(server, &operator).await.expect("looks");
        assert_eq!((seen.phones.len(), seen.people), (0, 0));
        let phone = sandbox::phone(server, &budi.scope, his).await.expect("asks");
        assert_eq!(phone.account, None, "the page says that it is gone");
    }

    async fn an_operator_hears_that_something_of_another_tenant_changed(world: World) {
        let ((_, operator), budi) = (operator(&world).await, world.sign_up("Budi").await);
        let mut heard = world.server.bus.watch_all(&operator);
        assert!(!heard.has_changed().expect("open"));
        let mut tx = world.server.db.begin(&budi.scope).await.expect("begins");
        tx.publish(domain::Event::ChatbotChanged);
        tx.commit().await.expect("commits");
        heard.changed().await.expect("open");
    }
}
