//! Answers messages that wait for the bot: in one transaction the message is seen and, if a rule matches, the answer is
//! queued. So a message is answered once, whatever crashes.

use super::store;
use crate::{Server, crash::crash_point, engine::Tick, error::Result, inbox, outbox, scope::Scope};
use domain::{Event, Millis, Template, TenantId, chatbot, contact::Variables, message::Author, template};

/// Messages looked at in one transaction.
const BATCH: i64 = 50;

/// One round over all tenants with messages that wait.
pub async fn tick(server: &Server) -> Result<Tick> {
    let mut more = false;
    for tenant in store::due(server).await? {
        more |= answer(server, tenant).await?;
    }
    Ok(if more { Tick::Again } else { Tick::Idle })
}

async fn answer(server: &Server, tenant: TenantId) -> Result<bool> {
    let scope = Scope::system(tenant, "chatbot");
    let rules = store::list(&mut server.db.read(&scope).await?).await?;
    let mut tx = server.db.begin(&scope).await?;
    let waiting = store::take_due(&mut tx, BATCH).await?;
    let mut answered = false;
    for message in &waiting {
        if message.bot_paused || message.opted_out {
            continue;
        }
        let matching = |rule: &&domain::chatbot::RuleView| {
            rule.active && chatbot::matches(rule.match_kind, &rule.keywords, &message.body)
        };
        let Some(rule) = rules.iter().find(matching) else { continue };
        let body = match Template::parse(&rule.answer) {
            Ok(template) => render(&template, message),
            // Checked when it was saved; a rule of an older version is skipped rather than sent raw.
            Err(_) => continue,
        };
        // Where and whose it is now: two contacts may have become one meanwhile.
        let conversation = inbox::store::resolve(&mut tx, message.conversation_id).await?;
        if !inbox::store::hold_for_bot(&mut tx, conversation).await? {
            continue;
        }
        let contact = inbox::store::get_thread(&mut tx, conversation).await?.contact_id;
        let id = outbox::enqueue(
            server,
            &mut tx,
            &outbox::NewMessage {
                tenant,
                number: message.number_id,
                contact,
                body: &body,
                author: Author::Bot,
                author_name: Some(&rule.name),
                campaign: None,
                file: None,
                not_before: Millis(0),
                expires_at: None,
            },
        )
        .await?;
        inbox::store::wrote(&mut tx, conversation, id, server.now()).await?;
        store::count_answer(&mut tx, rule.id).await?;
        tx.publish(Event::ConversationChanged(conversation));
        answered = true;
    }
    if answered {
        crash_point("chatbot.answer");
    }
    let full = i64::try_from(waiting.len()).unwrap_or(BATCH) == BATCH;
    tx.commit().await?;
    if answered {
        server.nudge.outbox.now();
    }
    Ok(full)
}

fn render(template: &Template, message: &store::Due) -> String {
    let name = if message.name.trim().is_empty() { &message.push_name } else { &message.name };
    let variables = Variables::of(name, message.phone.as_ref(), &message.attributes.0);
    template.render(template::seed(message.message_id.0.as_bytes()), |key| variables.get(key)).text
}
