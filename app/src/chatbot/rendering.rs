//! An answer as somebody we know nothing about would get it.

use domain::{Template, template};

/// The text, and the variables that would be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Variables without a fallback stand as they are written.
    pub text: String,
    pub missing: Vec<String>,
}

/// Renders for nobody in particular. `seed` chooses among alternatives.
pub fn preview(answer: &Template, seed: u64) -> Preview {
    let missing = answer.render(seed, |_| None).missing().to_vec();
    let shown: Vec<(String, String)> =
        missing.iter().map(|name| (template::key(name), format!("{{{{{name}}}}}"))).collect();
    let lookup = |key: &str| shown.iter().find(|(known, _)| known == key).map(|(_, shown)| shown.as_str());
    Preview { text: answer.render(seed, lookup).text, missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fallback_is_used_and_what_has_none_is_named() {
        let template = Template::parse("Halo {{nama|Kak}}, {{Kota}} ya?").expect("parses");
        let preview = preview(&template, 1);
        assert_eq!(preview.text, "Halo Kak, {{Kota}} ya?");
        assert_eq!(preview.missing, ["Kota"]);
    }
}
