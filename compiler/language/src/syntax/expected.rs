//! The grammar's rules in words that a reader of a message knows.

use super::error::Expected;
use super::grammar::Rule;

/// Friendly, without repetition, the likeliest first; rules of recovery are left out.
pub(super) fn friendly(rules: &[Rule]) -> Vec<Expected> {
    let mut expected: Vec<Expected> = Vec::new();
    for &rule in rules {
        match whole(rule) {
            [] => expected.extend(of(rule)),
            several => expected.extend(several),
        }
    }
    expected.sort_unstable();
    expected.dedup();
    if expected.contains(&Expected::Value) {
        // A value begins with many things; naming them apart says nothing more.
        expected.retain(|one| {
            !matches!(
                one,
                Expected::Text
                    | Expected::Name
                    | Expected::Number
                    | Expected::Duration
                    | Expected::Token("[" | "(" | "{" | "-" | "not" | "if" | "any" | "all" | "...")
            )
        });
    }
    expected
}

/// What a strict rule may begin with: pest names the rule itself when nothing in it matched.
fn whole(rule: Rule) -> &'static [Expected] {
    match rule {
        Rule::only_items => &[Expected::Item],
        Rule::only_entries | Rule::only_object_entries | Rule::only_patch | Rule::only_record => {
            &[Expected::Key]
        }
        Rule::only_group => &[Expected::Token("event"), Expected::Key],
        Rule::only_sensor => &[Expected::Item, Expected::Key],
        Rule::only_body => &[Expected::Key, Expected::Action],
        Rule::only_steps => &[
            Expected::Token("advance"),
            Expected::Token("expect"),
            Expected::Token("fail"),
            Expected::Token("send"),
        ],
        Rule::only_values | Rule::only_args | Rule::only_expr => &[Expected::Value],
        _ => &[],
    }
}

/// In words; `None` for what is not worth naming.
fn of(rule: Rule) -> Option<Expected> {
    Some(match rule {
        Rule::ident | Rule::name | Rule::var | Rule::ref_ => Expected::Name,
        Rule::key | Rule::path | Rule::field | Rule::patch_field | Rule::record_field => Expected::Key,
        Rule::string | Rule::raw_string | Rule::long_string | Rule::short_string => Expected::Text,
        Rule::expr
        | Rule::cond
        | Rule::sum
        | Rule::operand
        | Rule::literal
        | Rule::list
        | Rule::object
        | Rule::paren => Expected::Value,
        Rule::infix | Rule::arithmetic => Expected::Operator,
        Rule::type_expr | Rule::type_name | Rule::named_type | Rule::type_from | Rule::record => {
            Expected::Type
        }
        Rule::target => Expected::Text,
        Rule::kind => Expected::Kind,
        Rule::number | Rule::int => Expected::Number,
        Rule::duration | Rule::time_span => Expected::Duration,
        Rule::item
        | Rule::use_
        | Rule::param
        | Rule::let_
        | Rule::type_
        | Rule::bus
        | Rule::source
        | Rule::filter
        | Rule::trigger
        | Rule::sensor
        | Rule::for_
        | Rule::if_
        | Rule::test => Expected::Item,
        Rule::action | Rule::act_name | Rule::act_run => Expected::Action,
        Rule::body | Rule::block | Rule::group | Rule::items | Rule::patch => Expected::Block,
        Rule::EOI => Expected::End,
        other => return token(other).map(Expected::Token),
    })
}

fn token(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::lbrace => "{",
        Rule::rbrace => "}",
        Rule::lbrack => "[",
        Rule::rbrack => "]",
        Rule::lparen | Rule::args => "(",
        Rule::rparen => ")",
        Rule::langle | Rule::generic => "<",
        Rule::rangle => ">",
        Rule::pipe => "|",
        Rule::colon => ":",
        Rule::equals => "=",
        Rule::comma => ",",
        Rule::dots | Rule::spread => "...",
        Rule::coloncolon => "::",
        Rule::equal_to => "==",
        Rule::plus => "+",
        Rule::quote => "\"",
        Rule::long_quote => "\"\"\"",
        Rule::tagged | Rule::tag => "jq",
        Rule::named | Rule::kw_named => "named",
        Rule::alias | Rule::kw_as => "as",
        Rule::where_ | Rule::kw_where => "where",
        Rule::map | Rule::kw_map => "map",
        Rule::raw | Rule::kw_raw => "raw",
        Rule::event | Rule::kw_event => "event",
        Rule::send | Rule::kw_send => "send",
        Rule::expect | Rule::kw_expect => "expect",
        Rule::advance | Rule::kw_advance => "advance",
        Rule::fail | Rule::kw_fail => "fail",
        Rule::on_failure | Rule::kw_on_failure => "on-failure",
        Rule::reset | Rule::kw_reset => "reset",
        Rule::match_ | Rule::kw_match => "match",
        Rule::within | Rule::kw_within => "within",
        Rule::after | Rule::kw_after => "after",
        Rule::count | Rule::kw_count => "count",
        Rule::kw_without => "without",
        Rule::kw_source => "source",
        Rule::kw_from => "from",
        Rule::kw_on => "on",
        Rule::kw_with => "with",
        Rule::kw_cron => "cron",
        Rule::kw_in => "in",
        Rule::kw_by => "by",
        Rule::kw_then => "then",
        Rule::kw_else | Rule::else_if => "else",
        Rule::kw_if => "if",
        Rule::kw_or => "or",
        Rule::kw_and => "and",
        Rule::kw_once => "once",
        Rule::kw_no => "no",
        Rule::kw_times => "times",
        Rule::kw_hmac => "hmac",
        Rule::kw_git => "git",
        Rule::kw_s3 => "s3",
        Rule::kw_url => "url",
        Rule::kw_inline => "inline",
        Rule::kw_file => "file",
        Rule::kw_configmap => "configmap",
        _ => return None,
    })
}
