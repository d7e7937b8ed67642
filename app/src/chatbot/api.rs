//! The wire of the chatbot.

use crate::error::ApiError;
use domain::{
    RuleId,
    chatbot::{MatchKind, RuleView},
};
use leptos::prelude::*;

/// Every rule, in the order in which they are tried.
#[server]
pub async fn list_rules() -> Result<Vec<RuleView>, ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::View).await?;
    Ok(server::chatbot::list(&server, &scope).await?)
}

/// Adds a rule, or changes the one named: what the form sends.
#[server]
pub async fn save_rule(
    rule: Option<RuleId>,
    #[server(default)] name: String,
    match_kind: MatchKind,
    #[server(default)] keywords: String,
    #[server(default)] answer: String,
    active: bool,
) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::ChatbotWrite).await?;
    let new = domain::chatbot::NewRule { name, match_kind, keywords, answer, active };
    match rule {
        Some(id) => server::chatbot::update(&server, &scope, id, new).await?,
        None => drop(server::chatbot::add(&server, &scope, new).await?),
    }
    Ok(())
}

/// Switches a rule on or off.
#[server]
pub async fn set_rule_active(rule: RuleId, active: bool) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::ChatbotWrite).await?;
    Ok(server::chatbot::set_active(&server, &scope, rule, active).await?)
}

/// Moves a rule one place up or down.
#[server]
pub async fn shift_rule(rule: RuleId, up: bool) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::ChatbotWrite).await?;
    Ok(server::chatbot::shift(&server, &scope, rule, up).await?)
}

/// Removes a rule.
#[server]
pub async fn remove_rule(rule: RuleId) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::ChatbotWrite).await?;
    Ok(server::chatbot::remove(&server, &scope, rule).await?)
}
