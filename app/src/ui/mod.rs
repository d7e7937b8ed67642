//! The design system: every control and sign of the product, and never a word of a feature.
//!
//! `use crate::ui::*;` brings all of it, [`use_lang`] and [`Query`]. What to take for what:
//!
//! | For | Take |
//! |---|---|
//! | the head of a page (window title, `h1`, actions) | [`PageHead`] |
//! | a surface | [`Card`], with `title` and `flush` for tables |
//! | doing | [`Button`], [`IconButton`]; going: [`ButtonLink`], [`TextLink`] |
//! | a form | `ActionForm` with [`Field`] around [`Input`], [`Textarea`], [`Select`], [`PasswordInput`]; [`Checkbox`], [`Radio`], [`Switch`]; [`FormError`] above |
//! | errors beside fields | [`field_error`](crate::error::field_error), [`form_error`](crate::error::form_error) |
//! | data from the server | [`Load`] around a `Query<T>`; [`LoadLive`] where it changes while it is looked at |
//! | live data | [`on_event`](crate::live::on_event) or [`refetch_on`](crate::live::refetch_on) beside the query |
//! | a list | [`use_asked`], [`SearchedCard`] around [`Table`], or [`SearchForm`], [`NothingFound`], [`Pagination`] |
//! | nothing, trouble, waiting | [`EmptyState`], [`ErrorState`], [`Skeleton`], [`Callout`] |
//! | state in a word | [`Badge`], [`Dot`], [`Count`], [`Ticks`] |
//! | what people write | [`MarkedText`] |
//! | people | [`Avatar`] (customers, round), [`Leaf`] (team), [`BotLeaf`] |
//! | numbers | [`Figures`] with [`Figure`], [`LedgerBar`], [`ProgressBar`], [`Chart`] |
//! | views | [`TabLinks`], [`Segmented`], [`Chip`], [`Steps`] |
//! | over the page | [`Dialog`], [`Confirm`], [`Menu`]; a notice: [`use_toasts`] |
//! | who looks, when, where | [`use_viewer`](crate::layout::use_viewer), [`use_now`](crate::layout::use_now), [`use_zone`](crate::layout::use_zone); [`format`](crate::format) |
//!
//! Words are given as `text::something(lang)`; the language never changes while a page is shown, so no closure is needed.
//! Properties of type `Signal<…>` take a value, a closure or a signal. A piece of page as a property is [`slot`]:
//! `actions=slot(move || view! { … })`.

mod avatar;
mod badge;
mod button;
mod card;
mod chart;
mod choice;
mod field;
mod figures;
mod icon;
mod marked;
mod overlay;
mod search;
mod state;
mod table;
mod tabs;
mod text;
mod toast;
pub mod typed;

pub use crate::{layout::use_lang, query::Query};
pub use avatar::*;
pub use badge::*;
pub use button::*;
pub use card::*;
pub use chart::*;
pub use choice::*;
pub use field::*;
pub use figures::*;
pub use icon::*;
pub use marked::*;
pub use overlay::*;
pub use search::*;
pub use state::*;
pub use table::*;
pub use tabs::*;
pub use toast::*;
