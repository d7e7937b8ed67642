use super::*;
use crate::error::TemplateMistake as Mistake;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn render(source: &str, values: &[(&str, &str)]) -> String {
    let template = Template::parse(source).expect("parses");
    template.render(1, |key| values.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)).text
}

fn every_text(source: &str) -> BTreeSet<String> {
    let template = Template::parse(source).expect("parses");
    (0..500).map(|seed| template.render(seed, |_| None).text).collect()
}

fn mistake(source: &str) -> (Mistake, u32) {
    let error = Template::parse(source).expect_err("has a mistake");
    (error.mistake, error.at_char)
}

#[test]
fn thousands_of_variables_take_no_longer_than_their_length() {
    let source: String = (0..8_000).map(|n| format!("{{{{{n}}}}}")).collect();
    let template = Template::parse(&source).expect("parses");
    assert_eq!(template.variables().len(), 8_000);
    assert_eq!(template.render(0, |_| None).missing().len(), 8_000);
}

#[test]
fn a_variable_takes_the_value_of_its_column_whatever_the_case_and_spaces() {
    assert_eq!(render("Halo {{ Nama  Pelanggan }}!", &[("nama pelanggan", "Dewi")]), "Halo Dewi!");
    assert_eq!(render("{{NAMA}}", &[("nama", "Dewi")]), "Dewi");
}

#[test]
fn an_empty_value_gives_way_to_the_fallback() {
    assert_eq!(render("Halo {{nama | Kak}}!", &[("nama", "  ")]), "Halo Kak!");
    assert_eq!(render("Halo {{nama|}}!", &[]), "Halo !");
    assert_eq!(render("{{panggilan|{{nama|Kak}}}}", &[("nama", "Dewi")]), "Dewi");
    assert_eq!(render("{{harga|a|b}}", &[]), "a|b");
}

#[test]
fn a_value_is_said_in_the_format_that_follows_it() {
    let values = [("total", "125000"), ("lahir", "2026-12-01"), ("nama", "DEWI WIJAYA"), ("ongkir", "gratis")];
    let said = |source: &str| render(source, &values);
    assert_eq!(said("{{total|rupiah}} untuk {{ Total | Rupiah | - }}"), "Rp125.000 untuk Rp125.000");
    assert_eq!(
        said("{{lahir|tanggal}}, {{nama|depan}}, {{nama | kapital | Kak}}"),
        "1 Desember 2026, DEWI, Dewi Wijaya"
    );
    assert_eq!(said("{{ongkir|rupiah}}"), "gratis", "what is no amount stays as it is written");
    assert_eq!(said("{{ongkir|rupiah|tanya {kami|kami}}}"), "tanya kami", "or gives way to the fallback");
    assert_eq!(said("{{diskon|rupiah|{{total|rupiah}}}}"), "Rp125.000");
    assert_eq!(said("{{diskon|rupiah|a|b}}"), "a|b");
    assert_eq!(said("{{diskon| {rupiah}}}"), "{rupiah}", "braces make it a word");
    assert_eq!(said("{{diskon| tanpa rupiah}}"), "tanpa rupiah");
    let missing = Template::parse("{{diskon|rupiah}}").expect("parses").render(1, |_| None);
    assert_eq!((missing.text.as_str(), missing.missing()), ("", &["diskon".to_owned()][..]));
}

#[test]
fn a_variable_without_value_and_fallback_is_reported_once() {
    let rendered = Template::parse("{{Kota}}{{kota}} {{nama|Kak}}").expect("parses").render(1, |_| None);
    assert_eq!(rendered.text, " Kak");
    assert_eq!(rendered.missing(), ["Kota"]);
}

#[test]
fn alternatives_nest_and_each_can_be_drawn() {
    let texts = every_text("{Halo|Hai {kak|gan}}{|!}");
    assert_eq!(texts, ["Halo", "Halo!", "Hai kak", "Hai kak!", "Hai gan", "Hai gan!"].map(String::from).into());
    assert_eq!(every_text("{{pagi|siang} kak|halo}"), ["pagi kak", "siang kak", "halo"].map(String::from).into());
    assert_eq!(every_text("{{nama|{Kak|Gan}}}"), ["Kak", "Gan"].map(String::from).into());
}

#[test]
fn variants_are_counted_without_overflow() {
    let count = |source: &str| Template::parse(source).expect("parses").variant_count();
    assert_eq!(count("Halo"), 1);
    assert_eq!(count("{Halo|Hai {kak|gan}} {a|b}"), 6);
    assert_eq!(count(&"{a|b}".repeat(100)), u64::MAX);
}

#[test]
fn braces_without_a_bar_and_escapes_are_text() {
    assert_eq!(render(r"{senyum} :} a|b \{a\|b\} \\ \n {", &[]), r"{senyum} :} a|b {a|b} \ \n {");
    assert_eq!(every_text(r"\{{a|b}}"), ["{a}", "{b}"].map(String::from).into(), "an escaped brace opens nothing");
}

#[test]
fn a_mistake_names_its_place() {
    assert_eq!(mistake("é {{nama"), (Mistake::UnclosedVariable, 2));
    assert_eq!(mistake("{{nama} Halo"), (Mistake::UnclosedVariable, 0));
    assert_eq!(mistake("Halo {{ | Kak}}"), (Mistake::EmptyVariable, 5));
    assert_eq!(mistake("{{}}"), (Mistake::EmptyVariable, 0));
    assert_eq!(mistake("Halo {kak|gan"), (Mistake::UnclosedAlternatives, 5));
    let deep = format!("{}a{}", "{x|".repeat(17), "}".repeat(17));
    assert_eq!(mistake(&deep), (Mistake::TooDeep, 16 * 3));
    assert_eq!(mistake(&"a".repeat(MAX_CHARS + 1)), (Mistake::TooLong, 65_536));
}

#[test]
fn variables_are_listed_in_order_once() {
    let template = Template::parse("{Hai {{Nama}}|{{kota|{{Negara}}}}} {{nama}}").expect("parses");
    assert_eq!(template.variables(), ["Nama", "kota", "Negara"]);
}

#[test]
fn the_editor_gets_the_source_in_coloured_parts() {
    let source = "Hai {kak {{nama|{a|b}}}|gan}, ok";
    let template = Template::parse(source).expect("parses");
    let parts: Vec<_> = template.spans().iter().map(|span| (&source[span.range.clone()], span.kind)).collect();
    assert_eq!(
        parts,
        [
            ("Hai ", SpanKind::Text),
            ("{kak ", SpanKind::Alternatives),
            ("{{nama|{a|b}}}", SpanKind::Variable),
            ("|gan}", SpanKind::Alternatives),
            (", ok", SpanKind::Text),
        ]
    );
}

/// Text that is dense in syntax.
fn source() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            Just("{".to_owned()),
            Just("{{".to_owned()),
            Just("}".to_owned()),
            Just("}}".to_owned()),
            Just("|".to_owned()),
            Just("\\".to_owned()),
            Just("nama".to_owned()),
            "\\PC{0,3}",
        ],
        0..40,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_source_panics_and_the_same_seed_gives_the_same_text(source in source(), seed: u64) {
        if let Ok(template) = Template::parse(&source) {
            let once = template.render(seed, |_| Some("x"));
            prop_assert_eq!(&once, &template.render(seed, |_| Some("x")));
            let covered: String = template.spans().iter().map(|span| &source[span.range.clone()]).collect();
            prop_assert_eq!(covered, source);
        }
    }

    #[test]
    fn no_variable_syntax_is_left(source in source().prop_map(|s| s.replace('\\', "")), seed: u64) {
        if let Ok(template) = Template::parse(&source) {
            prop_assert!(!template.render(seed, |_| Some("Dewi")).text.contains("{{"));
            prop_assert!(!template.render(seed, |_| None).text.contains("{{"));
        }
    }

    #[test]
    fn contact_data_is_never_parsed(value in r"[{}|\\a-z]{0,12}".prop_filter("has a value", |v| !v.is_empty()), seed: u64) {
        let template = Template::parse("{Halo|Hai} {{nama}}.").expect("parses");
        let text = template.render(seed, |_| Some(&value)).text;
        let expected = [format!("Halo {value}."), format!("Hai {value}.")];
        prop_assert!(expected.contains(&text));
    }

    #[test]
    fn every_alternative_of_any_list_can_be_drawn(words in proptest::collection::btree_set("[a-z]{1,4}", 2..8)) {
        let source = format!("{{{}}}", words.iter().cloned().collect::<Vec<_>>().join("|"));
        prop_assert_eq!(every_text(&source), words);
    }
}
