//! The database under everything: isolation, shared commits, events after commit.

use crate::support::{World, on_both};
use domain::{Event, TenantId};
use server::{Error, execute, fetch_all, fetch_one};

on_both! {
    async fn a_write_that_fails_takes_nobody_with_it(world: World) {
        let db = &world.server.db;
        let writes = (0..20u8).map(|n| {
            let id: TenantId = world.server.new_id();
            db.write(move |tx| Box::pin(async move {
                execute!(tx, "INSERT INTO tenant (tenant_id, name, created_at) VALUES ($1, $2, 0)", id, format!("T{n}"))?;
                if n % 5 == 0 { Err(Error::Stale("a test")) } else { Ok(n) }
            }))
        });
        let outcomes = futures::future::join_all(writes).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 16);
        let mut tx = db.system_read().await.expect("reads");
        let rows: Vec<(String,)> = fetch_all!(&mut tx, (String,), "SELECT name FROM tenant").expect("lists");
        assert_eq!(rows.len(), 16);
        assert!(!rows.iter().any(|(name,)| name == "T5"));
    }

    async fn an_event_is_heard_only_if_its_transaction_commits(world: World) {
        let rani = world.sign_up("Rani").await;
        let mut heard = world.server.bus.subscribe(rani.viewer.tenant);
        let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
        tx.publish(Event::ChatbotChanged);
        drop(tx);
        assert!(heard.try_recv().is_err());
        let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
        tx.publish(Event::ChatbotChanged);
        tx.commit().await.expect("commits");
        assert_eq!(heard.try_recv().expect("heard"), Event::ChatbotChanged);
    }

    async fn migrating_again_changes_nothing(world: World) {
        let again = world.another_process().await;
        let mut tx = again.db.system_read().await.expect("reads");
        let (tenants,): (i64,) = fetch_one!(&mut tx, (i64,), "SELECT COUNT(*) FROM tenant").expect("counts");
        assert_eq!(tenants, 0);
    }
}

/// Row-level security holds even for SQL that forgets to ask for the tenant.
#[tokio::test]
async fn postgres_shows_a_transaction_its_own_tenant_only() {
    let world = World::postgres().await;
    let (rani, _budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
    let mut tx = world.server.db.read(&rani.scope).await.expect("reads");
    let tenants: Vec<(String,)> = fetch_all!(&mut tx, (String,), "SELECT name FROM tenant").expect("lists");
    assert_eq!(tenants, [("Toko Rani".to_owned(),)]);
    let people: Vec<(String,)> = fetch_all!(&mut tx, (String,), "SELECT name FROM app_user").expect("lists");
    assert_eq!(people, [("Rani".to_owned(),)]);
}

/// The program works under a role that row-level security binds.
#[tokio::test]
async fn postgres_works_under_a_role_without_bypass() {
    let world = World::postgres().await;
    let mut tx = world.server.db.system_read().await.expect("reads");
    let sql = "SELECT rolname::text, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user";
    let role: (String, bool, bool) = fetch_one!(&mut tx, (String, bool, bool), sql).expect("there is one");
    assert_eq!(role, ("sapa_app".into(), false, false));
    let sql = "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
               WHERE a.attname = 'tenant_id' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)";
    let open: Vec<(String,)> = fetch_all!(&mut tx, (String,), sql).expect("lists");
    assert!(open.is_empty(), "tables of tenants without forced row-level security: {open:?}");
}
