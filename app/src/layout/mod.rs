//! The frame around every page: navigation, top bar, who is signed in, language and theme.

mod navigation;
mod not_found;
mod preference;
mod shell;
mod text;
mod topbar;
mod viewer;

pub use not_found::NotFound;
pub use preference::{LangSwitch, Theme, ThemeSwitch, provide_preferences, use_lang, use_theme};
pub use shell::Shell;
pub use viewer::{Opened, may, operates, use_now, use_viewer, use_zone};
