//! Words of Argo's manifests and of other languages, and what aev has in their place.

use crate::syntax::Expected;

/// What an aev file says where Argo's manifests have this field.
pub(super) fn for_argo(word: &str) -> Option<&'static str> {
    Some(match word {
        "conditions" => "what fires a trigger stands after `on`: `trigger NAME on a and b { … }`",
        "conditionsReset" => "write `reset cron \"0 0 * * *\"` before the braces of the trigger",
        "retryStrategy" | "retries" | "backoff" => "write `retry: { … }`",
        "atLeastOnce" => "write `deliver: \"at-least-once\"` or `deliver: \"at-most-once\"`",
        "rateLimit" | "rate-limit" | "rate_limit" => "write `rate: 10/min`",
        "policy" => "write `success: { … }`",
        "dlqTrigger" | "on-failure" | "on_failure" | "onFailure" => "write `on-failure NAME { … }`",
        "parameters" => "an event is named where its value goes, such as `sha: EVENT.body.sha`",
        "filter" | "filters" | "where" => "events are filtered by an item: `filter NAME from EVENT where …`",
        "dependencies" | "eventSourceName" | "eventName" => {
            "an event is named after `from` or `on`: `filter NAME from EVENT`"
        }
        "eventBusName" => "write `bus: NAME`, in the header or beside the events of a source",
        "template" => "write `pod: { … }`, in the header or beside the events of a source",
        "serviceAccountName" => "write `serviceAccount: \"…\"` in the header",
        "transform" => "write `map { … }` in a filter",
        "secureHeaders" => "write the header in `headers`: `NAME: secret(\"name\", \"key\")`",
        _ => return None,
    })
}

/// Whether it is an action, built or not.
pub(super) fn is_action(word: &str) -> bool {
    aev_catalogue::action(word).is_some()
}

/// What aev calls an action that Argo's manifests name in another way.
pub(super) fn for_action(word: &str) -> Option<&'static str> {
    Some(match word {
        "argoWorkflow" | "workflow" => "write `workflow.run \"TEMPLATE\" { … }`",
        "k8s" | "create" | "update" | "patch" | "delete" => "write `k8s.create { … }`",
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "http.get" | "http.post" | "http.put"
        | "http.patch" | "http.delete" => "write the method into the braces of `http`: `method: \"POST\"`",
        _ => return None,
    })
}

/// The name of a type that other languages call so.
pub(super) fn for_type(word: &str) -> Option<&'static str> {
    Some(match word {
        "integer" | "Integer" | "long" | "i64" | "int64" | "uint" => "int",
        "boolean" | "Boolean" => "bool",
        "text" | "str" | "varchar" => "string",
        "float" | "double" | "decimal" | "f64" => "number",
        "array" | "Array" => "list",
        "dict" | "object" => "map",
        "unknown" | "json" | "JSON" => "any",
        _ => return None,
    })
}

/// What is written instead of a word or a sign that stands where it cannot: the text itself, when it is one.
pub(super) fn instead(found: &str) -> Option<&'static str> {
    Some(match found {
        "const" | "var" => "let",
        "eventsource" | "EventSource" | "eventSource" => "source",
        "eventbus" | "EventBus" | "eventBus" => "bus",
        "dependency" | "dependencies" => "filter",
        "rule" | "job" | "workflow" => "trigger",
        "transform" => "map",
        "import" | "include" => "use",
        "when" => "on",
        "is" | "eq" | "equals" => "==",
        "=~" | "like" | "contains" | "startsWith" | "endsWith" => "matches",
        _ => return None,
    })
}

/// What to do about a sign or a word that stands where something else was expected.
pub(super) fn about(found: &str, expected: &[Expected]) -> Option<&'static str> {
    let of = |one| expected.contains(&one);
    let invisible = |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{206f}' | '\u{feff}' | '\u{a0}');
    Some(match found {
        "where" if of(Expected::Token("{")) => {
            "events are filtered by an item of its own: `filter NAME from EVENT where …`"
        }
        "where" if of(Expected::Operator) => "a filter has one `where`; join its parts with `and`",
        "apiVersion" | "kind" if of(Expected::Item) => {
            "this is a manifest; a pipeline has items such as `trigger NAME on EVENT { … }`"
        }
        "-" if !of(Expected::Key) => return None,
        "http" | "https" if of(Expected::Value) => "an address is text, and stands in double quotes",
        "{" if of(Expected::Token("where")) => "a filter has no braces: its `where` follows at once",
        "{" if of(Expected::Key) => "an object stands in one pair of braces, and a value of an event in none",
        "data" | "exprs" | "filters" if of(Expected::Token("where")) => {
            "conditions are one expression behind `where`, joined by `and` and `or`"
        }
        "," if of(Expected::Token("and")) => "events are joined by `and` or `or`",
        "conditionsReset" => "write `reset cron \"0 0 * * *\"` there",
        "between" => "write `a >= 1 and a <= 5`, or of times `in 09:00..17:00`",
        "~" => "a pattern is asked for with `matches`",
        "[" if of(Expected::Type) => "a list is written `list<string>`",
        "[" if of(Expected::Token("|")) => "a list is written `list<string>`",
        "?" if of(Expected::Type) || of(Expected::Token("|")) => {
            "what may be absent has `?` behind its name: `note?: string`"
        }
        "[" | "(" if of(Expected::Token("<")) => "the type of what is sent stands in `<…>`: `webhook<Order>`",
        "“" | "”" | "„" | "«" => "text stands in straight quotes: `\"…\"`",
        "≥" => "write `>=`",
        "≤" => "write `<=`",
        "≠" => "write `!=`",
        found if found.chars().all(invisible) => "there is a character that does not show: remove it",
        found if found.starts_with(|c: char| !c.is_ascii() && c.is_alphanumeric()) => {
            "names and numbers have the letters `a` to `z`, digits, `_` and `-`; other letters only look alike"
        }
        "*" if of(Expected::Value) => {
            "an element of a list is read by its number, such as `[0]` or `[-1]`; there is no `[*]`"
        }
        found if of(Expected::Name) && found.bytes().all(|byte| byte.is_ascii_digit()) => {
            "an element of a list is read with brackets, such as `[0]`"
        }
        "when" | "if" if of(Expected::Token("where")) => "the condition of a filter begins with `where`",
        "$" => "`${…}` stands only inside text; write the path alone, such as `e.body.id`",
        "`" => "text stands in double quotes, and may hold `${…}`",
        "|" if of(Expected::Operator) => {
            "a function has what it is of in parentheses, such as `upper(e.body.name)`"
        }
        "|" => "text over several lines stands in `\"\"\"`",
        "/" => "a path and a pattern are text, and stand in double quotes: `\"/x\"`, `r\"^x\"`",
        "," if of(Expected::Operator) => {
            "the values of a list stand in `[…]`, and conditions are joined by `and`"
        }
        found if found.starts_with('"') && expected.is_empty() => "names stand without quotes",
        "-" => "the elements of a list stand in `[…]`, separated by commas",
        "?" => "a default for what may be absent is written `a ?? b`, a choice `if a then b else c`",
        _ => return None,
    })
}

/// The kind of source that other tools call so.
pub(super) fn for_source(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "cron" | "timer" | "schedule" | "interval" => "calendar",
        "http" | "https" | "hook" => "webhook",
        "k8s" | "kubernetes" => "resource",
        "s3" => "minio",
        "rabbitmq" => "amqp",
        "redis-stream" | "redis-streams" => "redisStream",
        _ => return None,
    })
}

/// The function that other languages call so.
pub(super) fn for_function(word: &str) -> Option<&'static str> {
    Some(match word {
        "has" | "isset" | "defined" | "is-set" | "isDefined" => "exists",
        "toJson" | "toJSON" | "tojson" | "stringify" => "json",
        "fromJson" | "fromjson" | "parseJson" | "parseJSON" => "parse-json",
        "toUpper" | "toUpperCase" | "uppercase" | "toupper" => "upper",
        "toLower" | "toLowerCase" | "lowercase" | "tolower" => "lower",
        "length" | "size" => "len",
        "str" | "string" | "toString" | "tostring" => "text",
        "int" | "float" | "tonumber" | "toNumber" => "number",
        "substr" | "substring" | "trunc" => "slice",
        "startsWith" | "startswith" | "hasPrefix" => "starts-with",
        "endsWith" | "endswith" | "hasSuffix" => "ends-with",
        "includes" => "contains",
        "b64enc" | "b64encode" | "btoa" => "base64",
        _ => return None,
    })
}
