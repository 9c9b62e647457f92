//! What is wrong with a definition, in words, and what would be right.

use domain::catalog::{Definition, Wrong, nearest};
use domain::rules::TypeError;
use domain::text::Locale;

use super::reference::Reference;
use super::shape::Slip;

/// Where a mistake was made: the names that may have been meant.
pub struct Around<'a> {
    pub definition: &'a Definition,
    pub reference: &'a Reference,
}

impl Around<'_> {
    fn theme(&self, written: &str) -> Option<&str> {
        nearest(written, self.reference.themes.iter().map(|t| t.id.as_str()))
    }

    fn department(&self, written: &str) -> Option<&str> {
        nearest(written, self.reference.departments.iter().map(|d| d.id.as_str()))
    }

    fn question(&self, written: &str) -> Option<&str> {
        nearest(written, self.definition.fields().map(|f| f.id.as_str()))
    }

    fn computed(&self, written: &str) -> Option<&str> {
        nearest(written, self.definition.computed.iter().map(|c| c.id.as_str()))
    }

    fn column(&self, written: &str) -> Option<&str> {
        let fetched = self.definition.facts.iter().filter_map(|f| self.reference.registers.fact(&f.id));
        let of_facts = fetched.flat_map(|(_, spec)| spec.columns.iter().map(|c| c.id.as_str()));
        let of_groups = self.definition.fields().flat_map(|f| f.fields.iter().map(|inner| inner.id.as_str()));
        nearest(written, of_facts.chain(of_groups))
    }
}

/// One sentence or two: the mistake and its mending.
pub fn explain(wrong: &Wrong, around: &Around<'_>, locale: Locale) -> String {
    match locale {
        Locale::Zh => chinese(wrong, around),
        Locale::En => english(wrong, around),
    }
}

/// The same for what does not have the shape of a definition.
pub fn explain_slip(slip: &Slip, locale: Locale) -> String {
    match locale {
        Locale::Zh => chinese_slip(slip),
        Locale::En => english_slip(slip),
    }
}

/// The file has another name than its code.
pub fn misnamed(code: &str, locale: Locale) -> String {
    match locale {
        Locale::Zh => format!("文件名应当是事项编码：{code}.toml"),
        Locale::En => format!("the file must be named after its code: {code}.toml"),
    }
}

/// The words of the deserialiser, for what the schema lets pass.
pub fn unreadable(message: &str, locale: Locale) -> String {
    match locale {
        Locale::Zh => format!("读不出这里的内容（{message}）"),
        Locale::En => format!("this cannot be read: {message}"),
    }
}

/// What the TOML parser says in its `message`, in our words; `piece` is the text it stumbled over.
pub fn explain_syntax(message: &str, piece: &str, locale: Locale) -> String {
    let piece = piece.trim();
    // A value that is not there is, to the parser, text without quotes.
    let message = if piece.is_empty() && message.contains(QUOTED) { "missing value" } else { message };
    let (_, zh, en) = SYNTAX
        .iter()
        .find(|(says, ..)| says.iter().any(|s| message.contains(s)))
        .unwrap_or(&SYNTAX_OTHERWISE);
    let shown = (1..=40).contains(&piece.chars().count()) && !piece.contains('\n');
    match locale {
        Locale::Zh if shown => format!("TOML 写法有误（“{piece}”处）：{zh}"),
        Locale::Zh => format!("TOML 写法有误：{zh}"),
        Locale::En if shown => format!("this is not TOML (at \"{piece}\"): {en}"),
        Locale::En => format!("this is not TOML: {en}"),
    }
}

/// What the parser says of text without quotes.
const QUOTED: &str = "string values must be quoted";

type Syntax = (&'static [&'static str], &'static str, &'static str);

/// Pieces of the parser's messages, the first that fits, and what they mean to an author.
const SYNTAX: &[Syntax] = &[
    (&["duplicate key"], "这个键写了两次，只能写一次", "this key stands here twice; write it once"),
    (
        &["unclosed array table", "unclosed table"],
        "表头没有写完，[表] 要用 ] 结束，[[列表]] 要用 ]] 结束",
        "the header does not end: [table] ends with ], [[list]] with ]]",
    ),
    (&["unclosed array"], "列表没有结束，少了 ]", "the list does not end: ] is missing"),
    (&["unclosed inline table"], "行内表没有结束，少了 }", "the inline table does not end: } is missing"),
    (&["missing comma"], "两项之间少了逗号", "a comma is missing between two items"),
    (&["extra comma"], "多了一个逗号，请删去", "there is one comma too many; remove it"),
    (
        &["extra `=`", "unexpected `=`", "extra assignment"],
        "多了一个等号，请删去",
        "there is one = too many; remove it",
    ),
    (
        &["missing inline table opening", "missing array opening", "missing table open"],
        "右括号没有对应的左括号",
        "this bracket was never opened",
    ),
    (
        &[
            "key with no value",
            "missing value",
            "missing assignment",
            "missing key",
            "invalid key-value pair",
            "invalid inline table element",
        ],
        "这里要写“键 = 值”",
        "write key = value here",
    ),
    (&[QUOTED], "文字要放在双引号里", "text must stand in double quotes"),
    (
        &["unexpected key or value", "unexpected content"],
        "值写完后还有内容；每个“键 = 值”单独一行，文字里的双引号写作 \\\"",
        "something follows the value; each key = value has its own line, and a double quote within text is written \\\"",
    ),
    (
        &["string", "quote", "escape", "unicode"],
        "双引号没有配对，或者引号里有不能直接写的字符（反斜杠写作 \\\\）",
        "the double quotes do not match, or the text holds what cannot stand there (write a backslash as \\\\)",
    ),
    (
        &["cannot extend"],
        "这个键已经有值，不能再当作表来展开",
        "this key has a value already and cannot be opened as a table",
    ),
    (&["recurs"], "嵌套太深", "this is nested too deeply"),
    (
        &[
            "date",
            "month",
            "day",
            "hour",
            "number",
            "integer",
            "float",
            "boolean",
            "digit",
            "sign",
            "zero",
            "radix",
            "prefix",
            "underscore",
        ],
        "数字写作 12 或 0.5，真假写作 true、false，日期和其他文字放在双引号里",
        "numbers are written 12 or 0.5, truth is true or false, dates and other text stand in double quotes",
    ),
    (&["key"], "键只能用英文字母、数字、- 和 _", "a key holds only English letters, digits, - and _"),
    (
        &["comment", "carriage return", "whitespace", "newline"],
        "有不可见的控制字符，请删去",
        "there is an invisible control character; remove it",
    ),
];

const SYNTAX_OTHERWISE: Syntax =
    (&[], "请检查引号、括号和等号是否配对", "look whether quotes, brackets and = are where they belong");

fn chinese(wrong: &Wrong, around: &Around<'_>) -> String {
    match wrong {
        Wrong::MissingTranslation(language) => format!("缺少 {language} 文字，中英文都要写"),
        Wrong::BadId(id) => format!(
            "“{id}”不能用作编号：用小写字母开头，只含小写字母、数字和分隔符（编码、规则用 -，字段用 _）"
        ),
        Wrong::Duplicate(id) => format!("“{id}”重复，同一列表里只能出现一次"),
        Wrong::UnknownTheme(id) => {
            format!("没有主题“{id}”{}，见 catalog/themes.toml", near_zh(around.theme(id)))
        }
        Wrong::UnknownDepartment(id) => {
            format!("没有部门“{id}”{}，见 catalog/departments.toml", near_zh(around.department(id)))
        }
        Wrong::UnknownRegion(code) => format!("没有区划“{code}”，用 GB/T 2260 代码，例如 330100"),
        Wrong::FactNotOffered { id, similar } => {
            format!("没有哪个库提供“{id}”{}", hint("，相近的有：", similar))
        }
        Wrong::FactNotListed(id) => {
            format!("用到了“{id}”，但没有在 [[fact]] 中列出；加上 [[fact]] id = \"{id}\"")
        }
        Wrong::FactUnused(id) => format!("取了“{id}”却没有用到；秒办事项只取规则需要的信息，请删去"),
        Wrong::FactOfOtherSubject(id) => {
            format!("“{id}”是法人的信息，而本事项也面向个人；删去它，或者 audience 只写 entity")
        }
        Wrong::Type(e) => chinese_type(e, around),
        Wrong::Expected { expected, found } => format!("这里要 {expected}，写的是 {found}"),
        Wrong::LaterField(id) => format!("条件用到了“{id}”，它排在后面；把它移到前面，或改用前面的问题"),
        Wrong::Cycle(ids) => format!("计算值互相引用成环：{}；每个计算值只能用排在它前面的", ids.join(" → ")),
        Wrong::Unreachable => "这个问题永远不会出现：无论怎样回答，条件都不成立；改条件或删去这个问题".into(),
        Wrong::NeverAsked(id) => format!("用到了问题“{id}”，而它永远不会出现；先改它的条件，或者不用它"),
        Wrong::NotForType { member, kind } => format!("{kind} 类型没有“{member}”这一项，请删去"),
        Wrong::Needs { member } => format!("这种类型需要“{member}”（选择题至少两个选项，分组至少一个问题）"),
        Wrong::EmptyRange => "下限大于上限，没有答案能满足".into(),
        Wrong::TooLarge(most) => format!("最大是 {most}"),
        Wrong::Empty => "这里至少要有一项".into(),
        Wrong::PromiseTooLong => "承诺时限不能长于法定时限".into(),
        Wrong::InstantDays => "承诺 0 天只用于秒办（decision.instant = true），秒办也只能承诺 0 天".into(),
        Wrong::NestedGroup => "分组里不能再放分组或文件".into(),
        Wrong::Reserved(id) => format!("“{id}”在每份证照中另有含义，请换一个名字"),
        Wrong::TooComplex => "规则展开后过大或嵌套过深；拆简单些，或减少计算值之间的层层引用".into(),
        Wrong::UnknownService { code, similar } => {
            format!("没有事项“{code}”{}", near_zh(similar.first().map(String::as_str)))
        }
        Wrong::CodeOfService(code) => format!("“{code}”已经是事项的代码，一件事要用别的代码"),
        Wrong::TooFew(least) => format!("这里至少要有 {least} 项"),
        Wrong::NotAMember(code) => format!("“{code}”不是这件事的成员"),
        Wrong::NotBefore(code) => format!("用到了“{code}”的证照，但没有排在它后面；在 after 中加上“{code}”"),
        Wrong::OtherAudience(audience) => format!("这件事面向 {audience}，而成员事项不面向它"),
        Wrong::NoSuchQuestion { id, similar } => {
            format!("成员事项没有问题“{id}”{}", near_zh(similar.first().map(String::as_str)))
        }
        Wrong::Wider { shared, member } => {
            format!("共用问题“{shared}”的“{member}”比成员事项的问题宽；收窄到成员允许的范围")
        }
        Wrong::ShorterThanNumber(longest) => {
            format!("证照编号最长 {longest} 个字符，而问题的 max_length 更短")
        }
        Wrong::NeedsSharedQuestion(kind) => format!("{kind} 类型的问题只能用同类型的共用问题回答"),
        Wrong::QuestionUnused(id) => format!("没有成员用到共用问题“{id}”；请删去"),
        Wrong::DependsOnCertificate(id) => {
            format!(
                "问题“{id}”是否出现取决于这个答案，而前序办结后才知道；也写明“{id}”的答案，或者不用证照回答"
            )
        }
    }
}

fn chinese_type(e: &TypeError, around: &Around<'_>) -> String {
    match e {
        TypeError::UnknownField(id) => {
            format!("没有问题“{id}”{}；检查 [[step.field]] 的 id", near_zh(around.question(id)))
        }
        TypeError::UnknownFact(id) => format!("没有哪个库提供“{id}”"),
        TypeError::UnknownComputed(id) => {
            format!("前面没有计算值“{id}”{}", near_zh(around.computed(id)))
        }
        TypeError::UnknownColumn(id) => {
            format!("记录里没有“{id}”这一列{}，见 catalog/registers.toml", near_zh(around.column(id)))
        }
        TypeError::UnknownRegion(code) => format!("没有区划“{code}”，用 GB/T 2260 代码，例如 330100"),
        TypeError::UnknownOption { field, option, options } => {
            format!("问题“{field}”没有选项“{option}”，可选：{}", options.join("、"))
        }
        TypeError::Mismatch { operation, expected, found } => {
            format!("“{operation}”要 {expected}，得到的是 {found}")
        }
        TypeError::Incomparable { operation, left, right } => {
            format!("“{operation}”不能比较 {left} 和 {right}，两边类型要相同")
        }
    }
}

fn chinese_slip(slip: &Slip) -> String {
    match slip {
        Slip::UnknownKey { key, near: Some(near), .. } => format!("没有“{key}”这一项，是不是“{near}”？"),
        Slip::UnknownKey { key, known, .. } => format!("没有“{key}”这一项，这里可以写：{}", known.join("、")),
        Slip::MissingKey(key) => format!("缺少“{key}”"),
        Slip::NotOneOf { value, near, known } => {
            let near = near.as_ref().map_or(String::new(), |near| format!("是不是“{near}”？"));
            format!("不能写“{value}”，{near}可以写：{}", known.join("、"))
        }
        Slip::Kind { wanted, found } => {
            let wanted: Vec<&str> = wanted.iter().map(|kind| kind_zh(kind)).collect();
            format!("这里要写{}，写的是{}", joined(wanted, "或"), kind_zh(found))
        }
        Slip::Parts { wanted, found } => format!("要有 {wanted} 项，写了 {found} 项"),
        Slip::NotOneKey(keys) if keys.is_empty() => {
            "空的表不成表达式，要写一种运算，例如 { field = \"x\" }".into()
        }
        Slip::NotOneKey(keys) => format!("只能写一个键，写了 {} 个：{}", keys.len(), keys.join("、")),
        Slip::OutOfRange { least, most } => format!("要在 {least} 到 {most} 之间"),
        Slip::NotADay(text) => format!("“{text}”不是日期，写作 2026-01-31"),
        Slip::NotANumber(text) => format!("“{text}”不能用作数字：最多四位小数，不能过大"),
        Slip::OnlyTrue => "只能写 true；不需要就删去".into(),
    }
}

fn english(wrong: &Wrong, around: &Around<'_>) -> String {
    match wrong {
        Wrong::MissingTranslation(language) => format!("the {language} text is missing; both languages are needed"),
        Wrong::BadId(id) => format!(
            "\"{id}\" cannot be an id: begin with a lower-case letter, then lower-case letters, digits and the separator (- in codes and rules, _ in fields)"
        ),
        Wrong::Duplicate(id) => format!("\"{id}\" is taken; it stands once in its list"),
        Wrong::UnknownTheme(id) => {
            format!("there is no theme \"{id}\"{}; see catalog/themes.toml", near_en(around.theme(id)))
        }
        Wrong::UnknownDepartment(id) => {
            format!("there is no department \"{id}\"{}; see catalog/departments.toml", near_en(around.department(id)))
        }
        Wrong::UnknownRegion(code) => format!("there is no region \"{code}\"; use a GB/T 2260 code such as 330100"),
        Wrong::FactNotOffered { id, similar } => {
            format!("no register offers \"{id}\"{}", hint("; near to it: ", similar))
        }
        Wrong::FactNotListed(id) => {
            format!("\"{id}\" is used but not fetched; add [[fact]] id = \"{id}\"")
        }
        Wrong::FactUnused(id) => {
            format!("\"{id}\" is fetched but never used; an instant service fetches only what its rules need, remove it")
        }
        Wrong::FactOfOtherSubject(id) => {
            format!("\"{id}\" is about legal entities, and this service is also for persons; remove it, or let audience be entity only")
        }
        Wrong::Type(e) => english_type(e, around),
        Wrong::Expected { expected, found } => format!("this must be {expected}, it is {found}"),
        Wrong::LaterField(id) => {
            format!("the condition speaks of \"{id}\", which comes later; move that question up or use an earlier one")
        }
        Wrong::Cycle(ids) => {
            format!("computed values go in a circle: {}; each may use only those before it", ids.join(" → "))
        }
        Wrong::Unreachable => {
            "the question can never appear: whatever is answered, its condition does not hold; change the condition or remove the question".into()
        }
        Wrong::NeverAsked(id) => {
            format!("this speaks of the question \"{id}\", which can never appear; mend its condition first, or do without it")
        }
        Wrong::NotForType { member, kind } => format!("a {kind} field has no \"{member}\"; remove it"),
        Wrong::Needs { member } => {
            format!("this type needs \"{member}\" (a choice at least two options, a group at least one question)")
        }
        Wrong::EmptyRange => "the lower bound is above the upper one: no answer fits".into(),
        Wrong::TooLarge(most) => format!("at most {most}"),
        Wrong::Empty => "at least one is needed here".into(),
        Wrong::PromiseTooLong => "the promised time may not be longer than the statutory one".into(),
        Wrong::InstantDays => {
            "zero promised days are for instant services (decision.instant = true) only, and those promise zero".into()
        }
        Wrong::NestedGroup => "a group cannot hold another group or files".into(),
        Wrong::Reserved(id) => format!("\"{id}\" means something of its own in every certificate; choose another name"),
        Wrong::TooComplex => {
            "spelled out, the rules are too large or too deep; make them simpler, or let computed values stand less on each other".into()
        }
        Wrong::UnknownService { code, similar } => {
            format!("there is no service \"{code}\"{}", near_en(similar.first().map(String::as_str)))
        }
        Wrong::CodeOfService(code) => format!("\"{code}\" is the code of a service; a bundle needs another"),
        Wrong::TooFew(least) => format!("at least {least} are needed here"),
        Wrong::NotAMember(code) => format!("\"{code}\" is no member of the bundle"),
        Wrong::NotBefore(code) => {
            format!("this reads the certificate of \"{code}\" without coming after it; add \"{code}\" to after")
        }
        Wrong::OtherAudience(audience) => format!("the bundle is for {audience}, the member service is not"),
        Wrong::NoSuchQuestion { id, similar } => {
            format!("the member service asks no question \"{id}\"{}", near_en(similar.first().map(String::as_str)))
        }
        Wrong::Wider { shared, member } => {
            format!("in \"{member}\" the shared question \"{shared}\" allows more than the member’s; narrow it")
        }
        Wrong::ShorterThanNumber(longest) => {
            format!("a certificate number has up to {longest} characters; max_length of the question is less")
        }
        Wrong::NeedsSharedQuestion(kind) => {
            format!("a {kind} question can only be answered by a shared question of the same type")
        }
        Wrong::QuestionUnused(id) => format!("no member has a use for the shared question \"{id}\"; remove it"),
        Wrong::DependsOnCertificate(id) => {
            format!("whether \"{id}\" is asked depends on this answer, known only after another approval; answer \"{id}\" too, or do not answer from a certificate")
        }
    }
}

fn english_type(e: &TypeError, around: &Around<'_>) -> String {
    match e {
        TypeError::UnknownField(id) => {
            format!(
                "there is no question \"{id}\"{}; look at the ids of [[step.field]]",
                near_en(around.question(id))
            )
        }
        TypeError::UnknownFact(id) => format!("no register offers \"{id}\""),
        TypeError::UnknownComputed(id) => {
            format!("no computed value \"{id}\" comes before this{}", near_en(around.computed(id)))
        }
        TypeError::UnknownColumn(id) => {
            format!(
                "the records have no column \"{id}\"{}; see catalog/registers.toml",
                near_en(around.column(id))
            )
        }
        TypeError::UnknownRegion(code) => {
            format!("there is no region \"{code}\"; use a GB/T 2260 code such as 330100")
        }
        TypeError::UnknownOption { field, option, options } => {
            format!("question \"{field}\" has no option \"{option}\"; it has: {}", options.join(", "))
        }
        TypeError::Mismatch { operation, expected, found } => {
            format!("\"{operation}\" works on {expected}, here is {found}")
        }
        TypeError::Incomparable { operation, left, right } => {
            format!("\"{operation}\" cannot compare {left} with {right}; both sides need the same type")
        }
    }
}

fn english_slip(slip: &Slip) -> String {
    match slip {
        Slip::UnknownKey { key, near: Some(near), .. } => {
            format!("there is no key \"{key}\" here; did you mean \"{near}\"?")
        }
        Slip::UnknownKey { key, known, .. } => {
            format!("there is no key \"{key}\" here; there are: {}", known.join(", "))
        }
        Slip::MissingKey(key) => format!("\"{key}\" is missing"),
        Slip::NotOneOf { value, near, known } => {
            let near = near.as_ref().map_or(String::new(), |near| format!("did you mean \"{near}\"? "));
            format!("\"{value}\" cannot stand here; {near}there are: {}", known.join(", "))
        }
        Slip::Kind { wanted, found } => {
            let wanted: Vec<&str> = wanted.iter().map(|kind| kind_en(kind)).collect();
            format!("this must be {}, it is {}", joined(wanted, " or "), kind_en(found))
        }
        Slip::Parts { wanted, found } => format!("this takes {wanted} parts, here are {found}"),
        Slip::NotOneKey(keys) if keys.is_empty() => {
            "an empty table is no expression; write one operation, such as { field = \"x\" }".into()
        }
        Slip::NotOneKey(keys) => format!("this is one key, here are {}: {}", keys.len(), keys.join(", ")),
        Slip::OutOfRange { least, most } => format!("this must lie between {least} and {most}"),
        Slip::NotADay(text) => format!("\"{text}\" is not a day such as 2026-01-31"),
        Slip::NotANumber(text) => {
            format!("\"{text}\" is not a number with at most four decimals, or too large")
        }
        Slip::OnlyTrue => "only true can stand here; remove it if it is not wanted".into(),
    }
}

fn kind_zh(kind: &str) -> &'static str {
    match kind {
        "string" => "带双引号的文字",
        "integer" => "整数",
        "number" => "数字",
        "boolean" => "true 或 false",
        "date" => "不带引号的日期",
        "array" => "列表 [ … ]",
        _ => "表 { … }",
    }
}

fn kind_en(kind: &str) -> &'static str {
    match kind {
        "string" => "text in double quotes",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "date" => "a date without quotes",
        "array" => "a list [ … ]",
        _ => "a table { … }",
    }
}

/// Each once, in order.
fn joined(mut words: Vec<&str>, or: &str) -> String {
    words.dedup();
    words.join(or)
}

fn near_zh(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!("（是不是“{near}”？）"))
}

fn near_en(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!(" (did you mean \"{near}\"?)"))
}

fn hint(lead: &str, ids: &[String]) -> String {
    if ids.is_empty() { String::new() } else { format!("{lead}{}", ids.join(", ")) }
}
