//! The whole world of the sandbox, which belongs to no tenant: every verb wants the proof that an operator asks.

use super::{Control, Layers, fault, newest, person_of, persona, phone_number, portrait, throw, traffic};
use crate::{Server, error::Result, number, scope::Operator};
use ::sandbox::control::dto;
use anyhow::Context as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use domain::{
    Millis, PhoneNumber,
    sandbox::{
        Fault, FaultForm, LedgerEntry, PersonForm, PersonaForm, PhoneOwner, PolicyForm, PolicyRules, WorldPhone,
        WorldRules, WorldView, reset_word, seed,
    },
    time::MINUTE_MS,
};
use reqwest::Method;
use std::collections::HashMap;

/// Totals, and every phone with whose number it is.
///
/// Fails, as all of these, with `NoSandbox`.
pub async fn view(server: &Server, operator: &Operator) -> Result<WorldView> {
    let control = Control::of(server)?;
    let owners = number::owners(server, operator).await?;
    let accounts: dto::AccountList = there(control.ask("accounts").await?)?;
    let summary: dto::Summary = there(control.ask("ledger/summary").await?)?;
    let world = world(&control).await?;
    let phones = accounts.accounts.into_iter().filter_map(|account| phone(account, &owners));
    Ok(WorldView { people: world.people as u64, traffic: traffic(&summary), phones: phones.collect() })
}

/// How people behave who were not told otherwise, the network's limits, and the seed.
pub async fn rules(server: &Server, _: &Operator) -> Result<WorldRules> {
    let world = world(&Control::of(server)?).await?;
    let (defaults, policy) = (persona::form(&world.applies), policy_form(&world.policy));
    Ok(WorldRules { seed: world.seed, defaults, policy })
}

/// The latest messages of the whole network, newest first.
pub async fn ledger(server: &Server, _: &Operator) -> Result<Vec<LedgerEntry>> {
    newest(&Control::of(server)?, "").await
}

/// Every fault in force.
pub async fn faults(server: &Server, _: &Operator) -> Result<Vec<Fault>> {
    let list: dto::FaultList = there(Control::of(server)?.ask("faults").await?)?;
    Ok(list.faults.into_iter().filter_map(fault).collect())
}

/// Everybody who was not told otherwise behaves differently from now on.
///
/// Fails with `Invalid { answers }`.
pub async fn set_defaults(server: &Server, _: &Operator, form: &PersonaForm) -> Result<()> {
    let control = Control::of(server)?;
    let rules = form.read()?;
    let before = world(&control).await?;
    let inherited = dto::Persona::by_nature();
    let defaults = Layers { set: before.defaults, inherited, applies: before.applies }.changed(&rules);
    configure(server, &control, dto::WorldSettings { defaults: Some(defaults), ..Default::default() }).await
}

/// The network has other limits from now on.
///
/// Fails with `Invalid` and the field that is wrong.
pub async fn set_policy(server: &Server, _: &Operator, form: &PolicyForm) -> Result<()> {
    let control = Control::of(server)?;
    let rules = form.read()?;
    let policy = policy(&world(&control).await?.policy, &rules);
    configure(server, &control, dto::WorldSettings { policy: Some(policy), ..Default::default() }).await
}

/// What people do follows from another seed from now on. `typed` is a whole number.
///
/// Fails with `Invalid { seed }`.
pub async fn set_seed(server: &Server, _: &Operator, typed: &str) -> Result<()> {
    let seed = seed(typed)?;
    configure(server, &Control::of(server)?, dto::WorldSettings { seed: Some(seed), ..Default::default() }).await
}

/// Somebody is another person from now on, for every number.
///
/// Fails with `Invalid { person, name }`, `NotAPerson`.
pub async fn set_person(server: &Server, _: &Operator, person: &str, form: &PersonForm) -> Result<()> {
    let control = Control::of(server)?;
    let person = person_of(server, person)?;
    let name = form.name()?.map(str::to_owned);
    let before = control.person(&person).await?;
    let by_nature = world(&control).await?.applies.on_whatsapp.unwrap_or(true);
    // What was not touched stays unset.
    let on_whatsapp = match form.on_whatsapp {
        wanted if wanted == before.persona.on_whatsapp.unwrap_or(by_nature) => before.persona.on_whatsapp,
        wanted => Some(wanted),
    };
    let path = format!("people/{}", person.digits());
    let persona = dto::Persona { name, on_whatsapp, ..before.persona };
    control.tell(Method::PUT, &path, &persona, |_| None).await?;
    show_picture(&control, &person, before.picture.is_some(), form.shows_picture).await?;
    server.bus.world_changed();
    Ok(())
}

async fn show_picture(control: &Control<'_>, person: &PhoneNumber, shown: bool, wanted: bool) -> Result<()> {
    let path = format!("people/{}/picture", person.digits());
    match (shown, wanted) {
        (false, true) => {
            let drawn = serde_json::json!({ "base64": BASE64_STANDARD.encode(portrait::of(person)?) });
            control.tell(Method::PUT, &path, &drawn, |_| None).await
        }
        (true, false) => control.delete(&path).await.map(|_| ()),
        _ => Ok(()),
    }
}

/// Puts a fault in force for every phone; `person` limits it to the messages to one person, empty to nobody in particular.
///
/// Fails with `Invalid { kind, person, count, code, delay_s }`.
pub async fn cause(server: &Server, _: &Operator, person: &str, form: &FaultForm) -> Result<()> {
    let control = Control::of(server)?;
    let person = Some(person).filter(|person| !person.trim().is_empty());
    let person = person.map(|person| person_of(server, person)).transpose()?;
    throw(&control, &form.read(person)?).await?;
    server.bus.world_changed();
    Ok(())
}

/// Ends every fault, whoever threw it.
pub async fn end_faults(server: &Server, _: &Operator) -> Result<()> {
    Control::of(server)?.delete("faults").await?;
    server.bus.world_changed();
    Ok(())
}

/// Begins a new, empty world: every phone, chat and device is gone, and every number of the sandbox has to be linked
/// again. `word` is what was typed to confirm it.
///
/// Fails with `Invalid { word }`.
pub async fn reset(server: &Server, operator: &Operator, word: &str) -> Result<()> {
    reset_word(word)?;
    Control::of(server)?.tell(Method::POST, "reset", &serde_json::json!({}), |_| None).await?;
    tracing::warn!(user.id = %operator.user(), "the sandbox was reset");
    server.bus.world_changed();
    Ok(())
}

async fn world(control: &Control<'_>) -> Result<dto::WorldView> {
    there(control.ask("world").await?)
}

/// What every sandbox has.
fn there<T>(found: Option<T>) -> Result<T> {
    Ok(found.context("the sandbox is of another version")?)
}

async fn configure(server: &Server, control: &Control<'_>, settings: dto::WorldSettings) -> Result<()> {
    control.tell(Method::PUT, "world", &settings, |_| None).await?;
    server.bus.world_changed();
    Ok(())
}

fn phone(account: dto::AccountView, owners: &HashMap<PhoneNumber, PhoneOwner>) -> Option<WorldPhone> {
    let phone = phone_number(account.phone)?;
    Some(WorldPhone {
        owner: owners.get(&phone).cloned(),
        phone,
        name: account.name,
        by_lid: account.addressing == dto::Addressing::Lid,
        devices: account.devices.len() as u64,
        connected: account.devices.iter().filter(|device| device.connected).count() as u64,
        online: account.online,
        new_chats: account.limits.new_chats_today,
        new_chats_cap: account.limits.new_chats_per_day,
        locked_until: account.limits.locked_until_ms.map(Millis),
        banned_until: account.limits.banned_until_ms.map(Millis),
    })
}

fn policy_form(policy: &dto::Policy) -> PolicyForm {
    let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    PolicyForm {
        new_chats_per_day: number(policy.new_chats_per_day),
        lock_minutes: number(policy.time_lock_ms.map(minutes)),
        messages_per_minute: number(policy.messages_per_minute),
        ban_after: number(policy.ban_after),
        ban_minutes: number(policy.ban_ms.map(minutes)),
    }
}

fn policy(before: &dto::Policy, rules: &PolicyRules) -> dto::Policy {
    // Other programs set these to the millisecond; a form that was not touched leaves them so.
    let lasts = |wanted: Option<u32>, before: Option<u64>| {
        let wanted = wanted.map(u64::from);
        if wanted == before.map(minutes) { before } else { wanted.map(|n| n * MINUTE_MS.unsigned_abs()) }
    };
    dto::Policy {
        new_chats_per_day: rules.new_chats_per_day.map(u64::from),
        time_lock_ms: lasts(rules.lock_minutes, before.time_lock_ms),
        messages_per_minute: rules.messages_per_minute.map(u64::from),
        ban_after: rules.ban_after.map(u64::from),
        ban_ms: lasts(rules.ban_minutes, before.ban_ms),
    }
}

/// Begun minutes: what lasts at all lasts one.
fn minutes(ms: u64) -> u64 {
    ms.div_ceil(MINUTE_MS.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_that_are_not_touched_stay_to_the_millisecond() {
        let before = dto::Policy {
            new_chats_per_day: Some(5),
            time_lock_ms: Some(1_500),
            ban_ms: Some(7_200_000),
            ..dto::Policy::default()
        };
        let form = policy_form(&before);
        assert_eq!((form.lock_minutes.as_str(), form.ban_minutes.as_str(), form.ban_after.as_str()), ("1", "120", ""));
        assert_eq!(policy(&before, &form.read().expect("limits")), before);
        let other = PolicyForm { lock_minutes: "2".into(), ban_minutes: String::new(), ..form };
        let other = policy(&before, &other.read().expect("limits"));
        assert_eq!((other.time_lock_ms, other.ban_ms, other.new_chats_per_day), (Some(120_000), None, Some(5)));
    }
}
