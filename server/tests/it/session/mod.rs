//! Sessions, over the real protocol to a sandbox network in this process.

mod budget;
mod change;
mod files;
mod groups;
mod health;
mod history;
mod isolation;
mod limits;
mod link;
mod manner;
mod pictures;
mod profile;
mod trouble;

use crate::support::{Member, until};
use domain::{
    NumberId,
    number::{NumberState, NumberView},
};
use server::{Server, number};

/// Waits until a number is in a state.
async fn number_in(server: &Server, member: &Member, id: NumberId, state: NumberState) -> NumberView {
    until(server, member, "the state", async || {
        let view = number::get(server, &member.scope, id).await.expect("asks");
        (view.state == state).then_some(view)
    })
    .await
}
