//! SQL of rules, and of messages that wait for the bot.

use crate::{
    Server,
    db::{TenantTx, found, one_row},
    error::Result,
    execute, fetch_all,
};
use domain::{
    ConversationId, MessageId, Millis, NumberId, PhoneNumber, RuleId, TenantId,
    chatbot::{MatchKind, NewRule, RuleView, keywords},
    contact::Attributes,
};
use sqlx::types::Json;

#[derive(sqlx::FromRow)]
struct Row {
    rule_id: RuleId,
    name: String,
    match_kind: MatchKind,
    keywords: Json<Vec<String>>,
    answer: String,
    active: bool,
    position: i64,
    answered: i64,
    updated_at: Millis,
}

impl From<Row> for RuleView {
    fn from(row: Row) -> Self {
        Self {
            id: row.rule_id,
            name: row.name,
            match_kind: row.match_kind,
            keywords: row.keywords.0,
            answer: row.answer,
            active: row.active,
            position: row.position,
            answered: row.answered.unsigned_abs(),
            updated_at: row.updated_at,
        }
    }
}

pub(super) async fn list(tx: &mut TenantTx) -> Result<Vec<RuleView>> {
    let tenant = tx.tenant();
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT rule_id, name, match_kind, keywords, answer, active, position, answered, updated_at FROM chatbot_rule
         WHERE tenant_id = $1 ORDER BY position, rule_id",
        tenant
    )?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(super) async fn insert(tx: &mut TenantTx, id: RuleId, rule: &NewRule, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    one_row(execute!(
        tx,
        "INSERT INTO chatbot_rule (rule_id, tenant_id, name, match_kind, keywords, answer, active, position, created_at, updated_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, COALESCE(MAX(position), 0) + 1, $8, $8 FROM chatbot_rule WHERE tenant_id = $2",
        id,
        tenant,
        &rule.name,
        rule.match_kind,
        Json(keywords(&rule.keywords)),
        rule.answer.trim(),
        rule.active,
        now
    )?)
}

pub(super) async fn update(tx: &mut TenantTx, id: RuleId, rule: &NewRule, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    let rows = execute!(
        tx,
        "UPDATE chatbot_rule SET name = $3, match_kind = $4, keywords = $5, answer = $6, active = $7, updated_at = $8
         WHERE tenant_id = $1 AND rule_id = $2",
        tenant,
        id,
        &rule.name,
        rule.match_kind,
        Json(keywords(&rule.keywords)),
        rule.answer.trim(),
        rule.active,
        now
    )?;
    found((rows == 1).then_some(()))
}

pub(super) async fn set_active(tx: &mut TenantTx, id: RuleId, active: bool, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE chatbot_rule SET active = $3, updated_at = $4 WHERE tenant_id = $1 AND rule_id = $2";
    found((execute!(tx, sql, tenant, id, active, now)? == 1).then_some(()))
}

pub(super) async fn set_order(tx: &mut TenantTx, order: &[RuleId]) -> Result<()> {
    let tenant = tx.tenant();
    for (position, rule) in (1i64..).zip(order) {
        let sql = "UPDATE chatbot_rule SET position = $3 WHERE tenant_id = $1 AND rule_id = $2";
        one_row(execute!(tx, sql, tenant, *rule, position)?)?;
    }
    Ok(())
}

pub(super) async fn delete(tx: &mut TenantTx, id: RuleId) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "DELETE FROM chatbot_rule WHERE tenant_id = $1 AND rule_id = $2";
    found((execute!(tx, sql, tenant, id)? == 1).then_some(()))
}

pub(super) async fn count_answer(tx: &mut TenantTx, id: RuleId) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE chatbot_rule SET answered = answered + 1 WHERE tenant_id = $1 AND rule_id = $2";
    // Deleted meanwhile: the answer stands.
    execute!(tx, sql, tenant, id)?;
    Ok(())
}

/// Tenants with messages that wait for the bot.
pub(super) async fn due(server: &Server) -> Result<Vec<TenantId>> {
    let mut tx = server.db.system_read().await?;
    let rows: Vec<(TenantId,)> =
        fetch_all!(&mut tx, (TenantId,), "SELECT DISTINCT tenant_id FROM message WHERE bot_due")?;
    Ok(rows.into_iter().map(|(tenant,)| tenant).collect())
}

/// A message that waits, and what decides whether and how the bot answers.
#[derive(sqlx::FromRow)]
pub(super) struct Due {
    pub message_id: MessageId,
    pub number_id: NumberId,
    pub conversation_id: ConversationId,
    pub body: String,
    pub bot_paused: bool,
    pub name: String,
    pub push_name: String,
    pub phone: Option<PhoneNumber>,
    pub attributes: Json<Attributes>,
    pub opted_out: bool,
}

/// Takes the oldest waiting messages: whoever takes them decides, and nobody else will.
pub(super) async fn take_due(tx: &mut TenantTx, limit: i64) -> Result<Vec<Due>> {
    let tenant = tx.tenant();
    let due = fetch_all!(
        tx,
        Due,
        "SELECT m.message_id, m.number_id, v.conversation_id, m.body, v.bot_paused, c.name, c.push_name, c.phone,
           c.attributes, c.opted_out_at IS NOT NULL AS opted_out
         FROM message m
         JOIN conversation v ON v.tenant_id = m.tenant_id AND v.number_id = m.number_id AND v.contact_id = m.contact_id
         JOIN contact c ON c.tenant_id = m.tenant_id AND c.contact_id = m.contact_id
         WHERE m.tenant_id = $1 AND m.bot_due ORDER BY m.at, m.message_id LIMIT $2",
        tenant,
        limit
    )?;
    let mut taken = Vec::with_capacity(due.len());
    for message in due {
        let sql = "UPDATE message SET bot_due = $3 WHERE tenant_id = $1 AND message_id = $2 AND bot_due";
        if execute!(tx, sql, tenant, message.message_id, false)? == 1 {
            taken.push(message);
        }
    }
    Ok(taken)
}
