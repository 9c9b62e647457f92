//! A file of offices (办理机构) and posts (岗位) to be imported, as spreadsheets write it (RFC 4180, one record a line).
//! Everything that is wrong is told by its line.

use std::collections::BTreeMap;

use thiserror::Error;

use super::giving::go_together;
use super::grant::Scope;
use super::region::RegionCode;
use crate::identity::Role;
use crate::text::Text;

/// Lines of one file at most.
pub const MAX_LINES: usize = 200_000;
/// The longest name of an office or a post, in characters.
pub const MAX_NAME: usize = 120;
/// The longest address, in characters.
pub const MAX_ADDRESS: usize = 200;
/// The longest phone number, in characters.
const MAX_PHONE: usize = 40;

/// How an office can be reached, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub phone: Option<String>,
    pub address: Option<Text>,
}

/// What is wrong with how an office can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactFault {
    Phone,
    Address,
}

impl Contact {
    /// Phone and address as they are typed; empty is unknown, and an address in one language serves for both.
    pub fn parse(phone: &str, address_zh: &str, address_en: &str) -> Result<Contact, ContactFault> {
        let (phone, zh, en) = (phone.trim(), address_zh.trim(), address_en.trim());
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        let spelled = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '/');
        if !phone.is_empty() && (digits < 3 || phone.len() > MAX_PHONE || !phone.chars().all(spelled)) {
            return Err(ContactFault::Phone);
        }
        let unfit = |words: &str| words.chars().count() > MAX_ADDRESS || words.chars().any(char::is_control);
        if unfit(zh) || unfit(en) {
            return Err(ContactFault::Address);
        }
        let address = match (zh, en) {
            ("", "") => None,
            (zh, "") => Some(Text::new(zh, zh)),
            ("", en) => Some(Text::new(en, en)),
            (zh, en) => Some(Text::new(zh, en)),
        };
        Ok(Contact { phone: (!phone.is_empty()).then(|| phone.to_owned()), address })
    }
}

/// Whether `name` can be that of an office or a post.
pub fn is_name(name: &Text) -> bool {
    [&name.zh, &name.en].into_iter().all(|words| {
        let length = words.chars().count();
        !words.trim().is_empty() && length <= MAX_NAME && !words.chars().any(char::is_control)
    })
}

/// A line of the file that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: usize,
    /// Code of the department, and the place of the office.
    pub department: String,
    pub region: RegionCode,
    pub name: Text,
    pub what: What,
}

/// What a line is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Office(Contact),
    /// A post in the office of the department at the place.
    Post {
        roles: Vec<Role>,
        scope: Scope,
    },
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum Wrong {
    #[error("the first line must name the columns: kind, department, region, zh, en, and others as needed")]
    Header,
    #[error("there is no column {0}")]
    Column(String),
    #[error("not in UTF-8")]
    Encoding,
    #[error("{found} columns, the first line has {wanted}; or a quotation mark is left open")]
    Columns { found: usize, wanted: usize },
    #[error("the kind is office or post")]
    Kind,
    #[error("there is no department {0}")]
    Department(String),
    #[error("not the code of a region: want 2, 4, 6, 9, 12 or 15 digits")]
    Code,
    #[error("there is no region {0}")]
    Region(RegionCode),
    #[error("a name is missing, longer than {MAX_NAME} characters, or has a control character in it")]
    Name,
    #[error("not a phone number")]
    Phone,
    #[error("an address is longer than {MAX_ADDRESS} characters, or has a control character in it")]
    Address,
    #[error("a post needs roles: of intake, review, decide, supervise, catalogue, finance, audit, system")]
    Roles,
    #[error("system administration and work on cases do not go together")]
    SystemAndCases,
    #[error("a post of {office} cannot be for {scope}: one must lie within the other")]
    Elsewhere { office: RegionCode, scope: RegionCode },
    #[error("the same as line {first}")]
    Duplicate { first: usize },
    #[error("the department has no office there, neither in the file nor in the database")]
    NoOffice,
    #[error("too many lines: {MAX_LINES} at most")]
    TooMany,
}

/// A mistake and its line; lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
#[error("line {line}: {wrong}")]
pub struct Mistake {
    pub line: usize,
    pub wrong: Wrong,
}

const COLUMNS: [&str; 11] = [
    "kind",
    "department",
    "region",
    "zh",
    "en",
    "phone",
    "address_zh",
    "address_en",
    "roles",
    "scope_department",
    "scope_region",
];
/// Columns that every file has.
const NEEDED: usize = 5;

/// A file while it is read, line by line.
#[derive(Clone, Debug, Default)]
pub struct OfficeFile {
    lines: usize,
    /// Where each of [`COLUMNS`] stands.
    header: Vec<&'static str>,
    rows: Vec<Row>,
    mistakes: Vec<Mistake>,
}

impl OfficeFile {
    pub fn read(text: &str) -> Self {
        let mut file = OfficeFile::default();
        text.lines().for_each(|line| file.line(line));
        file
    }

    /// Takes the next line as it stands in a file.
    pub fn bytes(&mut self, line: &[u8]) {
        match std::str::from_utf8(line) {
            Ok(line) => self.line(line),
            Err(_) => {
                self.lines += 1;
                self.wrong(Wrong::Encoding);
            }
        }
    }

    /// Takes the next line, the header first. Empty lines do not matter.
    pub fn line(&mut self, line: &str) {
        self.lines += 1;
        // As spreadsheets write it.
        let line = line.trim_start_matches('\u{feff}').trim();
        if self.lines == 1 {
            return self.name_columns(line);
        }
        if line.is_empty() || self.header.is_empty() {
            return;
        }
        if self.rows.len() >= MAX_LINES {
            if self.mistakes.last().is_none_or(|mistake| mistake.wrong != Wrong::TooMany) {
                self.wrong(Wrong::TooMany);
            }
            return;
        }
        let wanted = self.header.len();
        let values = match fields(line) {
            Some(values) if values.len() == wanted => values,
            values => return self.wrong(Wrong::Columns { found: values.map_or(0, |v| v.len()), wanted }),
        };
        let record: BTreeMap<&str, String> = self.header.iter().copied().zip(values).collect();
        match row(self.lines, &record) {
            Ok(row) => self.rows.push(row),
            Err(wrong) => self.wrong(wrong),
        }
    }

    fn name_columns(&mut self, line: &str) {
        let mut header = Vec::new();
        for name in fields(line).unwrap_or_default() {
            match COLUMNS.into_iter().find(|column| *column == name) {
                Some(column) if !header.contains(&column) => header.push(column),
                Some(_) => return self.wrong(Wrong::Header),
                None => return self.wrong(Wrong::Column(name.chars().take(40).collect())),
            }
        }
        match COLUMNS[..NEEDED].iter().all(|column| header.contains(column)) {
            true => self.header = header,
            false => self.wrong(Wrong::Header),
        }
    }

    fn wrong(&mut self, wrong: Wrong) {
        self.mistakes.push(Mistake { line: self.lines, wrong });
    }

    /// The lines that can be read, in their order, and the mistakes.
    pub fn finish(mut self) -> (Vec<Row>, Vec<Mistake>) {
        if self.lines == 0 {
            self.lines = 1;
            self.wrong(Wrong::Header);
        }
        let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
        let mistakes = &mut self.mistakes;
        self.rows.retain(|row| match seen.get(&row.key()) {
            None => seen.insert(row.key(), row.line).is_none(),
            Some(&first) => {
                mistakes.push(Mistake { line: row.line, wrong: Wrong::Duplicate { first } });
                false
            }
        });
        self.mistakes.sort();
        (self.rows, self.mistakes)
    }
}

/// What makes two lines the same: an office by its department and place, a post by its title too.
type Key = (String, RegionCode, Option<String>);

impl Row {
    fn key(&self) -> Key {
        let title = matches!(self.what, What::Post { .. }).then(|| self.name.zh.clone());
        (self.department.clone(), self.region, title)
    }
}

fn row(line: usize, record: &BTreeMap<&str, String>) -> Result<Row, Wrong> {
    let value = |column: &str| record.get(column).map_or("", String::as_str);
    let region = RegionCode::parse(value("region")).map_err(|_| Wrong::Code)?;
    let name = Text::new(value("zh"), value("en"));
    if !is_name(&name) {
        return Err(Wrong::Name);
    }
    let department = value("department").to_owned();
    let what = match value("kind") {
        "office" => {
            let contact = Contact::parse(value("phone"), value("address_zh"), value("address_en"));
            What::Office(contact.map_err(|fault| match fault {
                ContactFault::Phone => Wrong::Phone,
                ContactFault::Address => Wrong::Address,
            })?)
        }
        "post" => post(&department, region, record)?,
        _ => return Err(Wrong::Kind),
    };
    Ok(Row { line, department, region, name, what })
}

/// Roles stand between spaces. The scope is that of the office where it is left out; `*` is every department.
fn post(department: &str, region: RegionCode, record: &BTreeMap<&str, String>) -> Result<What, Wrong> {
    let value = |column: &str| record.get(column).map_or("", String::as_str);
    let mut roles = Vec::new();
    for code in value("roles").split_whitespace() {
        let role = Role::from_code(code).ok_or(Wrong::Roles)?;
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    if roles.is_empty() {
        return Err(Wrong::Roles);
    }
    if !go_together(&roles) {
        return Err(Wrong::SystemAndCases);
    }
    let place = match value("scope_region") {
        "" => region,
        code => RegionCode::parse(code).map_err(|_| Wrong::Code)?,
    };
    if !region.is_under(place) && !place.is_under(region) {
        return Err(Wrong::Elsewhere { office: region, scope: place });
    }
    let department = match value("scope_department") {
        "" => Some(department.to_owned()),
        "*" => None,
        other => Some(other.to_owned()),
    };
    Ok(What::Post { roles, scope: Scope { department, region: place } })
}

/// The fields of a record, without spaces around; `None` when a quotation mark is left open or stands in the middle.
fn fields(line: &str) -> Option<Vec<String>> {
    let mut all = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                (rest[..end].trim_end().to_owned(), &rest[end..])
            }
        };
        all.push(field);
        match after.trim_start().strip_prefix(',') {
            Some(after) => rest = after,
            None => return after.trim().is_empty().then_some(all),
        }
    }
}

/// Up to the quotation mark that closes the field, and what comes after it.
fn quoted_field(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let at = rest.find('"')?;
        field.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                field.push('"');
                rest = after;
            }
            None => return Some((field.trim().to_owned(), rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEADER: &str =
        "kind,department,region,zh,en,phone,address_zh,address_en,roles,scope_department,scope_region";

    fn read(lines: &str) -> (Vec<Row>, Vec<(usize, Wrong)>) {
        let (rows, mistakes) = OfficeFile::read(&format!("{HEADER}\n{lines}")).finish();
        (rows, mistakes.into_iter().map(|m| (m.line, m.wrong)).collect())
    }

    #[test]
    fn offices_and_posts_are_read() {
        let (rows, mistakes) = read(concat!(
            "office,health,330106,西湖区卫健局,Xihu Health,0571-88000000,文三路1号,\"1 Wensan Road, Xihu\",,,\n\n",
            "post,health,330106,综合岗,Officer,,,,intake  decide intake,,\n",
            "post,health,330106,督办岗,\"Supervisor, \"\"all\"\"\",,,,supervise,*,3301",
        ));
        assert_eq!(mistakes, []);
        let address = Text::new("文三路1号", "1 Wensan Road, Xihu");
        let contact = Contact { phone: Some("0571-88000000".into()), address: Some(address) };
        assert_eq!((rows[0].line, &rows[0].what), (2, &What::Office(contact)));
        let scope = Scope { department: Some("health".into()), region: "330106".parse().unwrap() };
        assert_eq!(rows[1].what, What::Post { roles: vec![Role::Intake, Role::Decide], scope });
        let scope = Scope { department: None, region: "3301".parse().unwrap() };
        assert_eq!(rows[2].what, What::Post { roles: vec![Role::Supervise], scope });
        assert_eq!(rows[2].name.en, "Supervisor, \"all\"");
    }

    #[test]
    fn columns_can_be_left_out_and_stand_in_any_order() {
        let (rows, mistakes) =
            OfficeFile::read("\u{feff}region,zh,en,kind,department\r\n3301,卫健委,Health,office,health\r\n")
                .finish();
        assert_eq!((rows.len(), mistakes), (1, vec![]));
        let header = |text: &str| OfficeFile::read(text).finish().1.remove(0).wrong;
        assert_eq!(header(""), Wrong::Header);
        assert_eq!(header("kind,department,region,zh"), Wrong::Header);
        assert_eq!(header("kind,department,region,zh,en,en"), Wrong::Header);
        assert_eq!(header("kind,department,region,zh,en,fax"), Wrong::Column("fax".into()));
    }

    #[test]
    fn every_mistake_has_its_line() {
        let long = "长".repeat(121);
        let (rows, mistakes) = read(&format!(
            "office,health,330106,a,A,,,,,,\n\
             office,health,330106,b,B,,,,,,\n\
             office,health,33010,a,A,,,,,,\n\
             office,health,3301,{long},A,,,,,,\n\
             office,health,3301,a,A,call me,,,,,\n\
             bureau,health,3301,a,A,,,,,,\n\
             post,health,3301,a,A,,,,,,\n\
             post,health,3301,a,A,,,,king,,\n\
             post,health,3301,a,A,,,,system decide,,\n\
             post,health,3301,a,A,,,,decide,,3302\n\
             office,health,3301,a\n\
             office,health,3301,\"a,A,,,,,,"
        ));
        assert_eq!(rows.len(), 1);
        let (office, scope) = ("3301".parse().unwrap(), "3302".parse().unwrap());
        assert_eq!(
            mistakes,
            [
                (3, Wrong::Duplicate { first: 2 }),
                (4, Wrong::Code),
                (5, Wrong::Name),
                (6, Wrong::Phone),
                (7, Wrong::Kind),
                (8, Wrong::Roles),
                (9, Wrong::Roles),
                (10, Wrong::SystemAndCases),
                (11, Wrong::Elsewhere { office, scope }),
                (12, Wrong::Columns { found: 4, wanted: 11 }),
                (13, Wrong::Columns { found: 0, wanted: 11 }),
            ]
        );
    }

    #[test]
    fn contacts_are_what_they_say_or_unknown() {
        assert_eq!(Contact::parse(" ", "", " "), Ok(Contact::default()));
        let one = Contact::parse("12345", "文三路1号", "").unwrap();
        assert_eq!(one.address, Some(Text::new("文三路1号", "文三路1号")));
        for wrong in ["12", "tel:12345", &"1".repeat(41)] {
            assert_eq!(Contact::parse(wrong, "", ""), Err(ContactFault::Phone), "{wrong}");
        }
        assert_eq!(Contact::parse("", "a\nb", ""), Err(ContactFault::Address));
    }

    proptest! {
        #[test]
        fn fields_are_read_as_they_were_written(values in prop::collection::vec("[a-z\",文 ]{0,8}", 1..6)) {
            let written: Vec<String> = values.iter().map(|v| format!("\"{}\"", v.replace('"', "\"\""))).collect();
            let trimmed: Vec<String> = values.iter().map(|v| v.trim().to_owned()).collect();
            prop_assert_eq!(fields(&written.join(",")), Some(trimmed));
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,200}") {
            OfficeFile::read(&text).finish();
            read(&text);
        }
    }
}
