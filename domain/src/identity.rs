//! People and their sign-ins.

use crate::{Error, Field, Lang, Millis, Role, SignInId, TenantId, UserId, error::Result};
use serde::{Deserialize, Serialize};

/// Shortest password taken. Length is what makes a password strong; there are no other rules.
pub const PASSWORD_MIN: u32 = 10;
/// Longest password taken, so that hashing cannot be used to wear the server out.
pub const PASSWORD_MAX: u32 = 200;

/// What a person types to sign up.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SignUp {
    pub name: String,
    pub email: String,
    pub password: String,
    /// The name of the company or shop: becomes the tenant.
    pub tenant: String,
}

/// What a person types to sign in.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SignIn {
    pub email: String,
    pub password: String,
}

/// The person who looks at the page, and for which tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub user: UserId,
    pub name: String,
    pub email: String,
    pub tenant: TenantId,
    pub tenant_name: String,
    pub role: Role,
    /// Whether they operate the installation: see what belongs to no tenant.
    pub operator: bool,
    /// The language chosen in the settings, if any.
    pub lang: Option<Lang>,
}

/// A sign-in as listed for its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInView {
    pub id: SignInId,
    /// Browser and system, as the browser says.
    pub user_agent: String,
    pub created_at: Millis,
    pub seen_at: Millis,
    /// The one this list is shown to.
    pub current: bool,
}

impl SignUp {
    /// Trims names and puts the e-mail in its stored form; every field that cannot be taken is named.
    pub fn checked(mut self) -> Result<Self> {
        self.name = self.name.trim().to_owned();
        self.tenant = self.tenant.trim().to_owned();
        let mut problems = Vec::new();
        let mut check = |field: &str, problem: Option<Field>| {
            if let Some(problem) = problem {
                problems.push(crate::FieldProblem { field: field.to_owned(), problem });
            }
        };
        check("name", length_problem(&self.name, 1, 100));
        check("tenant", length_problem(&self.tenant, 1, 100));
        match email(&self.email) {
            Ok(email) => self.email = email,
            Err(problem) => check("email", Some(problem)),
        }
        check("password", length_problem(&self.password, PASSWORD_MIN, PASSWORD_MAX));
        if problems.is_empty() { Ok(self) } else { Err(Error::Invalid(problems)) }
    }
}

/// The stored form of an e-mail address: trimmed, lower case. Checks the shape only; the proof is a message sent there.
pub fn email(text: &str) -> Result<String, Field> {
    let email = text.trim().to_lowercase();
    if email.is_empty() {
        return Err(Field::Required);
    }
    if email.chars().count() > 254 {
        return Err(Field::TooLong { max: 254 });
    }
    let shaped = email.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
    });
    if shaped && !email.contains(char::is_whitespace) { Ok(email) } else { Err(Field::NotAnEmail) }
}

/// What is wrong with the length of a text, counted in characters.
pub fn length_problem(text: &str, min: u32, max: u32) -> Option<Field> {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    match length {
        0 if min > 0 => Some(Field::Required),
        n if n < min => Some(Field::TooShort { min }),
        n if n > max => Some(Field::TooLong { max }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_up_names_every_field_that_is_wrong() {
        let Err(Error::Invalid(problems)) =
            SignUp { name: " ".into(), email: "rani@".into(), password: "short".into(), tenant: "Toko".into() }
                .checked()
        else {
            panic!("must be refused")
        };
        let named: Vec<_> = problems.iter().map(|p| (p.field.as_str(), &p.problem)).collect();
        assert_eq!(
            named,
            [("name", &Field::Required), ("email", &Field::NotAnEmail), ("password", &Field::TooShort { min: 10 })]
        );
    }

    #[test]
    fn an_email_is_stored_in_one_form() {
        assert_eq!(email(" Rani@Toko.ID "), Ok("rani@toko.id".into()));
        for wrong in ["a b@c.id", "a@b", "@b.id", "a@@b.id", "a@.id"] {
            assert_eq!(email(wrong), Err(Field::NotAnEmail), "{wrong}");
        }
    }
}
