//! The chatbot: keyword rules that answer once, and stay silent where a person took over.

pub mod engine;
mod store;

use crate::{Server, campaign, error::Result, scope::Scope};
use domain::{
    Error, Event, FieldProblem, RuleId,
    chatbot::{NewRule, RuleView},
};

/// Every rule, in the order in which they are tried.
pub async fn list(server: &Server, scope: &Scope) -> Result<Vec<RuleView>> {
    let mut tx = server.db.read(scope).await?;
    store::list(&mut tx).await
}

/// Whether any rule is switched on.
pub async fn is_on(server: &Server, scope: &Scope) -> Result<bool> {
    Ok(list(server, scope).await?.iter().any(|rule| rule.active))
}

/// A new rule, tried after all others.
pub async fn add(server: &Server, scope: &Scope, rule: NewRule) -> Result<RuleId> {
    let rule = checked(rule)?;
    let id = server.new_id();
    let mut tx = server.db.begin(scope).await?;
    store::insert(&mut tx, id, &rule, server.now()).await?;
    tx.publish(Event::ChatbotChanged);
    tx.commit().await?;
    Ok(id)
}

/// Changes a rule.
pub async fn update(server: &Server, scope: &Scope, id: RuleId, rule: NewRule) -> Result<()> {
    let rule = checked(rule)?;
    let mut tx = server.db.begin(scope).await?;
    store::update(&mut tx, id, &rule, server.now()).await?;
    tx.publish(Event::ChatbotChanged);
    tx.commit().await
}

/// Switches a rule on or off.
pub async fn set_active(server: &Server, scope: &Scope, id: RuleId, active: bool) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    store::set_active(&mut tx, id, active, server.now()).await?;
    tx.publish(Event::ChatbotChanged);
    tx.commit().await
}

/// Moves a rule one place up (earlier) or down.
pub async fn shift(server: &Server, scope: &Scope, id: RuleId, up: bool) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let mut order: Vec<RuleId> = store::list(&mut tx).await?.into_iter().map(|rule| rule.id).collect();
    let at = order.iter().position(|rule| *rule == id).ok_or(Error::NotFound)?;
    let to = if up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < order.len()) };
    let Some(to) = to else { return Ok(()) };
    order.swap(at, to);
    store::set_order(&mut tx, &order).await?;
    tx.publish(Event::ChatbotChanged);
    tx.commit().await
}

/// Removes a rule.
pub async fn remove(server: &Server, scope: &Scope, id: RuleId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    store::delete(&mut tx, id).await?;
    tx.publish(Event::ChatbotChanged);
    tx.commit().await
}

fn checked(rule: NewRule) -> Result<NewRule> {
    let rule = rule.checked()?;
    match campaign::message_problem(&rule.answer) {
        None => Ok(rule),
        Some(problem) => Err(Error::Invalid(vec![FieldProblem { field: "answer".into(), problem }]).into()),
    }
}
