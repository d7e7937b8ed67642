//! What people see of a number beside its words: whether it is online, and that it types.

use super::budget::{person, queue};
use crate::support::{Member, Network, World, on_both, phone_of};
use domain::{Error, NumberId, number::manner::Manner};
use serde_json::Value;
use server::{
    inbox,
    number::{self, manner},
};

async fn added(world: &World, member: &Member) -> NumberId {
    number::add_sandbox(&world.server, &member.scope, "CS").await.expect("adds")
}

async fn behaves(world: &World, member: &Member, id: NumberId, types: bool, stays_online: bool) {
    manner::change(&world.server, &member.scope, id, Manner { types, stays_online }).await.expect("changes");
}

/// Whether it is about somebody coming or going.
fn is_presence(happening: &Value) -> bool {
    happening["event"] == "presence"
}

on_both! {
    async fn nobody_is_online_day_and_night_unless_told_to(world: World) {
        let network = Network::start(&world).await;
        let mut happenings = network.watch().await;
        let rani = world.sign_up("Rani").await;
        let id = added(&world, &rani).await;
        let phone = phone_of(&world.server, &rani, id).await;
        let mut online = async |what: &str| {
            let happening = happenings.next(what, is_presence).await;
            assert_eq!(happening["who"], phone.as_str());
            happening["available"].as_bool().expect("whether it is there")
        };
        assert!(online("the client library's way").await);
        assert!(!online("ours").await);
        behaves(&world, &rani, id, false, true).await;
        assert!(online("the wish").await);
        behaves(&world, &rani, id, false, false).await;
        assert!(!online("the other wish").await);
    }

    async fn campaigns_are_typed_and_what_an_agent_wrote_is_not_typed_again(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = added(&world, &rani).await;
        let phone = phone_of(&world.server, &rani, id).await;
        behaves(&world, &rani, id, true, false).await;
        let mut happenings = network.watch().await;
        let conversation = inbox::start(&world.server, &rani.scope, id, "6281255501420").await.expect("starts");
        inbox::reply(&world.server, &rani.scope, conversation, "Halo Kak").await.expect("replies");
        let ours = |happening: &Value| {
            let of_ours = happening["from"] == phone.as_str() || happening["who"] == phone.as_str();
            of_ours && ["chat_state", "presence", "message_accepted"].iter().any(|kind| happening["event"] == *kind)
        };
        let first = happenings.next("the answer", |happening| ours(happening) && !is_presence(happening)).await;
        assert_eq!(first["event"], "message_accepted", "an agent has typed already: {first}");

        queue(&world, &rani, id, 0..1).await;
        let next = happenings.next("typing", |happening| ours(happening) && !is_presence(happening)).await;
        assert_eq!((&next["event"], &next["state"], &next["to"]), (&"chat_state".into(), &"composing".into(), &person(0).into()));
        let next = happenings.next("the message", |happening| ours(happening) && !is_presence(happening)).await;
        assert_eq!((&next["event"], &next["to"]), (&"message_accepted".into(), &person(0).into()));
    }

    async fn how_a_number_behaves_is_for_its_owners(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let sender = world.connected_number(&rani).await;
        let refused = manner::change(&world.server, &budi.scope, sender.number, Manner { types: true, stays_online: true }).await;
        assert!(matches!(refused, Err(server::Error::Domain(Error::NotFound))), "{refused:?}");
        let number = number::get(&world.server, &rani.scope, sender.number).await.expect("asks");
        assert_eq!(number.manner, Manner::default());
    }
}
