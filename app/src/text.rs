//! Every sentence the product says, in both languages, checked by the compiler.
//!
//! Each feature keeps its sentences in its own `text.rs`:
//!
//! ```
//! app::texts! {
//!     title: "Kontak", "Contacts";
//!     found(n: u64): "{n} kontak", "{n} contact" | "{n} contacts";
//!     greeting(name: &str): "Selamat datang, {name}", "Welcome, {name}";
//! }
//! # use domain::Lang;
//! assert_eq!(title(Lang::Id), "Kontak");
//! assert_eq!(found(Lang::En, 1), "1 contact");
//! assert_eq!(found(Lang::Id, 1204), "1.204 kontak");
//! ```
//!
//! Each line becomes a function that takes the language and then the values: `text::found(lang, total)`. Indonesian comes
//! first, English second; a line without both does not compile. Numbers are written as the language writes them. `one |
//! many` chooses by the first value.

use crate::format;
use domain::Lang;
use std::borrow::Cow;

/// Declares sentences in Indonesian and English. See the [module](crate::text).
#[macro_export]
macro_rules! texts {
    () => {};
    ($(#[$doc:meta])* $name:ident : $id:literal, $en:literal ; $($rest:tt)*) => {
        $(#[$doc])*
        pub fn $name(lang: ::domain::Lang) -> &'static str {
            match lang { ::domain::Lang::Id => $id, ::domain::Lang::En => $en }
        }
        $crate::texts! { $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident ( $($arg:ident : $ty:ty),+ ) : $id:literal, $en:literal ; $($rest:tt)*) => {
        $(#[$doc])*
        pub fn $name(lang: ::domain::Lang, $($arg: $ty),+) -> String {
            $(let $arg = $crate::text::Spoken::spoken(&$arg, lang);)+
            match lang { ::domain::Lang::Id => format!($id), ::domain::Lang::En => format!($en) }
        }
        $crate::texts! { $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident ( $first:ident : $first_ty:ty $(, $arg:ident : $ty:ty)* ) :
        $id:literal, $one:literal | $many:literal ; $($rest:tt)*) => {
        $(#[$doc])*
        pub fn $name(lang: ::domain::Lang, $first: $first_ty $(, $arg: $ty)*) -> String {
            let one = $crate::text::Spoken::is_one(&$first);
            let $first = $crate::text::Spoken::spoken(&$first, lang);
            $(let $arg = $crate::text::Spoken::spoken(&$arg, lang);)*
            match lang {
                ::domain::Lang::Id => format!($id),
                ::domain::Lang::En if one => format!($one),
                ::domain::Lang::En => format!($many),
            }
        }
        $crate::texts! { $($rest)* }
    };
    ($name:ident $($rest:tt)*) => {
        compile_error!(concat!("`", stringify!($name), "`: write `name: \"Indonesian\", \"English\";`"));
    };
}

/// What can stand in a sentence: words as they are, numbers as the language writes them.
pub trait Spoken {
    /// The words for it.
    fn spoken(&self, lang: Lang) -> Cow<'_, str>;

    /// Whether English uses the singular with it.
    fn is_one(&self) -> bool {
        false
    }
}

impl Spoken for str {
    fn spoken(&self, _: Lang) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Spoken for String {
    fn spoken(&self, _: Lang) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl<T: Spoken + ?Sized> Spoken for &T {
    fn spoken(&self, lang: Lang) -> Cow<'_, str> {
        (**self).spoken(lang)
    }

    fn is_one(&self) -> bool {
        (**self).is_one()
    }
}

macro_rules! spoken_numbers {
    ($($number:ty),+) => { $(
        impl Spoken for $number {
            fn spoken(&self, lang: Lang) -> Cow<'_, str> {
                Cow::Owned(format::number(lang, i64::try_from(*self).unwrap_or(i64::MAX)))
            }

            fn is_one(&self) -> bool {
                *self == 1
            }
        }
    )+ };
}

spoken_numbers!(u8, u16, u32, u64, usize, i32, i64);
