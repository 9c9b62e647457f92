//! What is wrong with a definition, in words, and what would be right.

use domain::catalog::Wrong;
use domain::rules::TypeError;
use domain::text::Locale;

/// One sentence or two: the mistake and its mending.
pub fn explain(wrong: &Wrong, locale: Locale) -> String {
    match locale {
        Locale::Zh => chinese(wrong),
        Locale::En => english(wrong),
    }
}

fn chinese(wrong: &Wrong) -> String {
    match wrong {
        Wrong::MissingTranslation(language) => format!("缺少 {language} 文字，中英文都要写"),
        Wrong::BadId(id) => format!(
            "“{id}”不能用作编号：用小写字母开头，只含小写字母、数字和分隔符（编码、规则用 -，字段用 _）"
        ),
        Wrong::Duplicate(id) => format!("“{id}”重复，同一列表里的编号只能用一次"),
        Wrong::UnknownTheme(id) => format!("没有主题“{id}”，见 catalog/themes.toml"),
        Wrong::UnknownDepartment(id) => format!("没有部门“{id}”，见 catalog/departments.toml"),
        Wrong::UnknownRegion(code) => format!("没有区划“{code}”，用 GB/T 2260 代码，例如 330100"),
        Wrong::FactNotOffered { id, similar } => {
            format!("没有哪个库提供“{id}”{}", hint("，相近的有：", similar))
        }
        Wrong::FactNotListed(id) => {
            format!("用到了“{id}”，但没有在 [[fact]] 中列出；加上 [[fact]] id = \"{id}\"")
        }
        Wrong::FactUnused(id) => format!("取了“{id}”却没有用到；秒办事项只取规则需要的信息，请删去"),
        Wrong::FactOfOtherSubject(id) => format!("“{id}”是法人的信息，而本事项只面向个人"),
        Wrong::Type(e) => chinese_type(e),
        Wrong::Expected { expected, found } => format!("这里要 {expected}，写的是 {found}"),
        Wrong::LaterField(id) => format!("条件用到了“{id}”，它排在后面；把它移到前面，或改用前面的问题"),
        Wrong::Cycle(ids) => format!("计算值互相引用成环：{}；每个计算值只能用排在它前面的", ids.join(" → ")),
        Wrong::Unreachable => "这个问题永远不会出现：条件恒为假，改条件或删去".into(),
        Wrong::NotForType { member, kind } => format!("{kind} 类型没有“{member}”这一项，请删去"),
        Wrong::Needs { member } => format!("这种类型需要“{member}”（选择题至少两个选项，分组至少一个问题）"),
        Wrong::EmptyRange => "下限大于上限，没有答案能满足".into(),
        Wrong::Empty => "这里至少要有一项".into(),
        Wrong::PromiseTooLong => "承诺时限不能长于法定时限".into(),
        Wrong::InstantDays => "承诺 0 天只用于秒办（decision.instant = true），秒办也只能承诺 0 天".into(),
        Wrong::NestedGroup => "分组里不能再放分组或文件".into(),
        Wrong::Reserved(id) => format!("“{id}”在每份证照中另有含义，请换一个名字"),
        Wrong::TooComplex => "规则展开后过大或嵌套过深；拆简单些，或减少计算值之间的层层引用".into(),
    }
}

fn chinese_type(e: &TypeError) -> String {
    match e {
        TypeError::UnknownField(id) => format!("没有问题“{id}”；检查 [[step.field]] 的 id"),
        TypeError::UnknownFact(id) => format!("没有哪个库提供“{id}”"),
        TypeError::UnknownComputed(id) => format!("前面没有计算值“{id}”"),
        TypeError::UnknownColumn(id) => format!("记录里没有“{id}”这一列，见 catalog/registers.toml"),
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

fn english(wrong: &Wrong) -> String {
    match wrong {
        Wrong::MissingTranslation(language) => format!("the {language} text is missing; both languages are needed"),
        Wrong::BadId(id) => format!(
            "\"{id}\" cannot be an id: begin with a lower-case letter, then lower-case letters, digits and the separator (- in codes and rules, _ in fields)"
        ),
        Wrong::Duplicate(id) => format!("\"{id}\" is taken; an id stands once in its list"),
        Wrong::UnknownTheme(id) => format!("there is no theme \"{id}\"; see catalog/themes.toml"),
        Wrong::UnknownDepartment(id) => format!("there is no department \"{id}\"; see catalog/departments.toml"),
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
        Wrong::FactOfOtherSubject(id) => format!("\"{id}\" is about legal entities, and this service is for persons"),
        Wrong::Type(e) => english_type(e),
        Wrong::Expected { expected, found } => format!("this must be {expected}, it is {found}"),
        Wrong::LaterField(id) => {
            format!("the condition speaks of \"{id}\", which comes later; move that question up or use an earlier one")
        }
        Wrong::Cycle(ids) => {
            format!("computed values go in a circle: {}; each may use only those before it", ids.join(" → "))
        }
        Wrong::Unreachable => "the question can never appear: its condition is always false; change or remove it".into(),
        Wrong::NotForType { member, kind } => format!("a {kind} field has no \"{member}\"; remove it"),
        Wrong::Needs { member } => {
            format!("this type needs \"{member}\" (a choice at least two options, a group at least one question)")
        }
        Wrong::EmptyRange => "the lower bound is above the upper one: no answer fits".into(),
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
    }
}

fn english_type(e: &TypeError) -> String {
    match e {
        TypeError::UnknownField(id) => {
            format!("there is no question \"{id}\"; look at the ids of [[step.field]]")
        }
        TypeError::UnknownFact(id) => format!("no register offers \"{id}\""),
        TypeError::UnknownComputed(id) => format!("no computed value \"{id}\" comes before this"),
        TypeError::UnknownColumn(id) => {
            format!("the records have no column \"{id}\"; see catalog/registers.toml")
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

fn hint(lead: &str, ids: &[String]) -> String {
    if ids.is_empty() { String::new() } else { format!("{lead}{}", ids.join(", ")) }
}
