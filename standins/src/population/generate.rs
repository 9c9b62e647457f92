//! Puts the population together from a seed: families first, then firms, then what the members of families do and own.

use std::collections::{HashMap, HashSet};

use domain::identity::credit_code::{self, CreditCode};
use domain::identity::resident_id::{self, ResidentId, Sex};
use domain::organisation::region::{Level, RegionCode, RegionTable};
use domain::text::Locale;
use domain::time::age_on;
use jiff::civil::Date;

use super::*;
use crate::names;
use crate::rng::Rng;

/// How many people and firms there are at least.
const PERSONS: usize = 21_000;
const ENTITIES: usize = 1_600;

const ZHEJIANG: &str = "33";
const HANGZHOU: &str = "3301";
/// Provinces that people come to Zhejiang from.
const AWAY: [&str; 8] = ["34", "41", "36", "52", "51", "43", "42", "32"];

pub(super) const INDUSTRIES: [Industry; 10] = [
    Industry { code: "H", company: "餐饮", shop: "小吃店", scope: "餐饮服务；食品销售" },
    Industry {
        code: "I",
        company: "信息技术",
        shop: "电脑维修部",
        scope: "软件开发；信息系统集成服务；信息技术咨询服务",
    },
    Industry {
        code: "F", company: "商贸", shop: "便利店", scope: "食品销售；日用百货销售；卷烟零售"
    },
    Industry {
        code: "C", company: "机械制造", shop: "五金加工厂", scope: "通用设备制造；机械零件加工"
    },
    Industry {
        code: "E", company: "建筑工程", shop: "装潢部", scope: "房屋建筑工程施工；住宅室内装饰装修"
    },
    Industry {
        code: "G", company: "物流", shop: "货运部", scope: "道路货物运输；普通货物仓储服务"
    },
    Industry {
        code: "L",
        company: "人力资源",
        shop: "图文店",
        scope: "人力资源服务；劳务派遣服务；企业管理咨询",
    },
    Industry {
        code: "O", company: "生活服务", shop: "美发店", scope: "生活美容服务；理发服务；家政服务"
    },
    Industry {
        code: "A", company: "农业科技", shop: "果蔬园", scope: "水果种植；蔬菜种植；初级农产品销售"
    },
    Industry {
        code: "P", company: "教育科技", shop: "文具店", scope: "教育咨询服务；文具用品批发"
    },
];

impl Population {
    /// The population of `seed`: the same on every machine. The named demo people are in it whatever the seed.
    pub fn generate(seed: u64) -> Population {
        let mut builder = Builder::new(seed);
        demo::add(&mut builder);
        builder.fixed = builder.persons.len();
        while builder.persons.len() < PERSONS {
            builder.family();
        }
        builder.serve();
        builder.firms();
        builder.occupy();
        builder.own();
        builder.drive();
        builder.assist();
        builder.finish()
    }
}

/// A place to live: a township in Zhejiang, a county elsewhere.
#[derive(Clone)]
pub(super) struct Home {
    pub region: RegionCode,
    pub address: String,
}

pub(super) struct Builder {
    pub rng: Rng,
    pub persons: Vec<Person>,
    pub households: Vec<Household>,
    pub births: Vec<Birth>,
    pub properties: Vec<Property>,
    pub vehicles: Vec<Vehicle>,
    pub entities: Vec<Entity>,
    pub regions: RegionTable,
    by_id: HashMap<ResidentId, PersonIndex>,
    by_code: HashMap<CreditCode, EntityIndex>,
    firm_names: HashSet<String>,
    near: Vec<RegionCode>,
    far: Vec<RegionCode>,
    away: Vec<RegionCode>,
    /// People before this position are demo people: whole as they are.
    fixed: usize,
}

impl Builder {
    fn new(seed: u64) -> Self {
        let files = [
            include_str!("../../../catalog/regions/china.csv"),
            include_str!("../../../catalog/regions/zhejiang.csv"),
        ];
        // The files are part of the program, and a test of `domain` reads them.
        let regions = RegionTable::read(&files).expect("the catalogue of regions");
        let code = |text: &str| RegionCode::parse(text).expect("a constant code");
        let places = |above: &str, level| -> Vec<RegionCode> {
            regions.under(code(above)).iter().map(|r| r.code).filter(|c| c.level() == level).collect()
        };
        let near = places(HANGZHOU, Level::Township);
        let far = places(ZHEJIANG, Level::Township);
        let away = AWAY.iter().flat_map(|province| places(province, Level::County)).collect();
        Builder {
            rng: Rng::new(seed),
            persons: Vec::with_capacity(PERSONS + 16),
            households: Vec::new(),
            births: Vec::new(),
            properties: Vec::new(),
            vehicles: Vec::new(),
            entities: Vec::with_capacity(ENTITIES),
            regions,
            by_id: HashMap::with_capacity(PERSONS + 16),
            by_code: HashMap::with_capacity(ENTITIES),
            firm_names: HashSet::new(),
            near,
            far,
            away,
            fixed: 0,
        }
    }

    fn finish(self) -> Population {
        Population {
            persons: self.persons,
            households: self.households,
            births: self.births,
            properties: self.properties,
            vehicles: self.vehicles,
            entities: self.entities,
            regions: self.regions,
            by_id: self.by_id,
            by_code: self.by_code,
        }
    }

    fn zhejiang(region: RegionCode) -> bool {
        region.at(Level::Province).is_some_and(|p| p.to_string() == ZHEJIANG)
    }

    fn address(&self, region: RegionCode, rest: &str) -> String {
        format!("{}{rest}", self.regions.full_name(region, Locale::Zh).unwrap_or_default())
    }

    /// Seven in ten live in Hangzhou, the others elsewhere in Zhejiang.
    fn home(&mut self) -> Home {
        let places = if self.rng.percent(70) { &self.near } else { &self.far };
        let region = self.rng.pick(places);
        let rest = names::home(&mut self.rng);
        Home { region, address: self.address(region, &rest) }
    }

    fn home_away(&mut self) -> Home {
        let region = self.rng.pick(&self.away);
        let rest = names::home(&mut self.rng);
        Home { region, address: self.address(region, &rest) }
    }

    /// A free number: sequence 901, 903, … for men, 902, 904, … for women.
    fn number(&mut self, county: RegionCode, birth: Date, sex: Sex) -> ResidentId {
        let first = if sex == Sex::Male { 901 } else { 902 };
        for sequence in (first..1000).step_by(2) {
            let body = format!("{county}{:04}{:02}{:02}{sequence}", birth.year(), birth.month(), birth.day());
            let check = resident_id::check_character(&body).unwrap_or('0');
            if let Ok(id) = ResidentId::parse(&format!("{body}{check}"))
                && !self.by_id.contains_key(&id)
            {
                return id;
            }
        }
        self.number(county, plus_days(birth, 1), sex)
    }

    pub fn household(&mut self, home: &Home, collective: bool) -> u32 {
        let number = format!(
            "{}{:07}",
            home.region.at(Level::County).unwrap_or(home.region),
            self.households.len() + 1
        );
        self.households.push(Household {
            number,
            collective,
            address: home.address.clone(),
            region: home.region,
            members: Vec::new(),
            assistance: None,
        });
        (self.households.len() - 1) as u32
    }

    /// Adds a person to a household. The number is of the county of the household unless `born_in` says another.
    pub fn person(
        &mut self,
        name: String,
        sex: Sex,
        birth: Date,
        household: u32,
        relation: Relation,
    ) -> PersonIndex {
        let home = self.households[household as usize].region;
        let mut county = home.at(Level::County).unwrap_or(home);
        // One in eight of the people of Zhejiang came from elsewhere and has kept their number.
        if self.fixed > 0 && Self::zhejiang(home) && age_on(birth, FROZEN_ON) > 20 && self.rng.percent(12) {
            let places = if self.rng.percent(50) { &self.far } else { &self.away };
            let from = self.rng.pick(places);
            county = from.at(Level::County).unwrap_or(from);
        }
        let id = self.number(county, birth, sex);
        let index = self.persons.len() as PersonIndex;
        let salt = self.rng.draw();
        let age = id.age_on(FROZEN_ON);
        let ethnicity = names::ethnicity(&mut self.rng);
        let last = match (age, self.rng.between(0, 99)) {
            (65.., 0..=49) => Stage::Primary,
            (65.., 50..=79) => Stage::Junior,
            (45..=64, 0..=14) => Stage::Primary,
            (45..=64, 15..=54) => Stage::Junior,
            (_, 0..=24) => Stage::Vocational,
            (_, 25..=44) => Stage::Senior,
            (_, 45..=69) => Stage::College,
            (_, 70..=94) => Stage::Bachelor,
            _ => Stage::Master,
        };
        let id_card = self.id_card(id.birth_date());
        self.persons.push(Person {
            id,
            name,
            ethnicity: if self.fixed == 0 { "汉族" } else { ethnicity },
            phone: (age >= 14).then(|| format!("154{:08}", index + 1)),
            household,
            relation,
            registered_on: id.birth_date(),
            marriage: Marriage::Single,
            births: Vec::new(),
            residence: None,
            id_card,
            schooling: Schooling { last },
            occupation: Occupation::Learning,
            insured_since: None,
            continuous_since: None,
            fund_monthly: 0,
            fund_loan: 0,
            properties: Vec::new(),
            vehicles: Vec::new(),
            licence: None,
            disability: None,
            service: None,
            criminal_record: self.fixed > 0 && age >= 18 && self.rng.per_mille(4),
            elderly_allowance: age >= 80 && self.rng.percent(70),
            disagreement: None,
            salt,
        });
        self.by_id.insert(id, index);
        self.households[household as usize].members.push(index);
        index
    }

    /// The card in force: valid 5 years below 16, 10 years from 16, 20 from 26, long-term from 46 (Resident Identity Card
    /// Law, article 5). One in fifty has not renewed in time.
    fn id_card(&mut self, birth: Date) -> Option<IdCard> {
        let lost = self.rng.per_mille(5);
        if age_on(birth, FROZEN_ON) < 16 {
            let issued_on = plus_days(FROZEN_ON, -self.rng.between(30, 1700));
            let old_enough = days_between(birth, issued_on) > 30;
            return (old_enough && self.rng.percent(50)).then(|| IdCard {
                issued_on,
                valid_until: Some(plus_months(issued_on, 60)),
                lost,
            });
        }
        let mut issued_on = plus_days(plus_months(birth, 16 * 12), self.rng.between(0, 160)).min(FROZEN_ON);
        loop {
            let valid_until = match age_on(birth, issued_on) {
                ..=25 => Some(plus_months(issued_on, 120)),
                26..=45 => Some(plus_months(issued_on, 240)),
                _ => None,
            };
            match valid_until {
                Some(end) if end < FROZEN_ON && !self.rng.percent(2) => issued_on = end,
                _ => return Some(IdCard { issued_on, valid_until, lost }),
            }
        }
    }

    /// Marries two people: he is 22, she is 20 or older by then (Civil Code, article 1047), and not after `latest`.
    pub fn marry(&mut self, husband: PersonIndex, wife: PersonIndex, latest: Date) -> Date {
        let earliest = plus_months(self.persons[husband as usize].birth(), 22 * 12)
            .max(plus_months(self.persons[wife as usize].birth(), 20 * 12));
        let span = days_between(earliest, latest).clamp(0, 9 * 365);
        let on = plus_days(earliest, self.rng.between(30.min(span), span));
        self.married(husband, wife, on);
        on
    }

    pub fn married(&mut self, husband: PersonIndex, wife: PersonIndex, on: Date) {
        self.persons[husband as usize].marriage = Marriage::Married { spouse: wife, on };
        self.persons[wife as usize].marriage = Marriage::Married { spouse: husband, on };
    }

    pub fn birth(
        &mut self,
        mother: PersonIndex,
        father: Option<PersonIndex>,
        child: Option<PersonIndex>,
        name: String,
        sex: Sex,
        on: Date,
    ) {
        let home = self.households[self.persons[mother as usize].household as usize].region;
        let region = home.at(Level::County).unwrap_or(home);
        let letter = (b'A' + (on.year().rem_euclid(26)) as u8) as char;
        let certificate = (on.year() >= 1996)
            .then(|| format!("{letter}{}9{:05}", region.as_i64() / 10_i64.pow(11), self.births.len()));
        let county = self.regions.get(region).map(|r| r.name.zh.clone()).unwrap_or_default();
        let index = self.births.len() as u32;
        self.births.push(Birth {
            certificate,
            mother,
            father,
            child,
            name,
            sex,
            on,
            region,
            hospital: format!("{county}示例妇幼保健院"),
        });
        self.persons[mother as usize].births.push(index);
        if let Some(father) = father {
            self.persons[father as usize].births.push(index);
        }
    }

    fn born(&mut self, age: i64) -> Date {
        plus_days(plus_months(FROZEN_ON, -12 * age), -self.rng.between(1, 364))
    }

    fn adult(&mut self, sex: Sex, birth: Date, household: u32, relation: Relation) -> PersonIndex {
        let name =
            format!("{}{}", names::family(&mut self.rng), names::given(&mut self.rng, sex, birth.year()));
        self.person(name, sex, birth, household, relation)
    }

    fn family(&mut self) {
        match self.rng.between(0, 99) {
            0..=44 => self.couple_with_children(),
            45..=56 => self.lone_adult(),
            57..=70 => self.old_couple(),
            71..=76 => self.divorced_parent(),
            77..=83 => self.widowed(),
            _ => self.migrants(),
        }
    }

    fn couple_with_children(&mut self) {
        let home = self.home();
        let household = self.household(&home, false);
        let age = self.rng.between(25, 54);
        self.couple(household, age, true);
    }

    /// Husband as head, wife, children, and sometimes his parents. `age` is hers.
    fn couple(&mut self, household: u32, age: i64, grandparents: bool) -> (PersonIndex, PersonIndex) {
        let her_birth = self.born(age);
        let his_birth = plus_days(her_birth, -self.rng.between(-300, 1800));
        let his_birth = his_birth.min(plus_months(FROZEN_ON, -24 * 12));
        let husband = self.adult(Sex::Male, his_birth, household, Relation::Head);
        let wife = self.adult(Sex::Female, her_birth, household, Relation::Spouse);
        let on = self.marry(husband, wife, plus_days(FROZEN_ON, -60));
        let moved_in = plus_days(on, self.rng.between(5, 200)).min(FROZEN_ON);
        self.persons[wife as usize].registered_on = moved_in;
        self.children(household, wife, Some(husband), on);
        if grandparents && self.rng.percent(12) {
            self.grandparents(household, husband);
        }
        (husband, wife)
    }

    fn children(
        &mut self,
        household: u32,
        mother: PersonIndex,
        father: Option<PersonIndex>,
        married_on: Date,
    ) {
        let wanted = match self.rng.between(0, 99) {
            0..=13 => 0,
            14..=63 => 1,
            64..=94 => 2,
            _ => 3,
        };
        let last_birth = plus_months(self.persons[mother as usize].birth(), 44 * 12);
        let mut on = plus_days(married_on, self.rng.between(290, 1600));
        for _ in 0..wanted {
            if on > FROZEN_ON || on > last_birth {
                return;
            }
            self.child(household, mother, father, on);
            on = plus_days(on, self.rng.between(560, 2600));
        }
    }

    fn child(&mut self, household: u32, mother: PersonIndex, father: Option<PersonIndex>, on: Date) {
        let sex = if self.rng.percent(52) { Sex::Male } else { Sex::Female };
        let named_after = match father {
            Some(father) if self.rng.percent(93) => father,
            _ => mother,
        };
        let family = family_name(&self.persons[named_after as usize].name).to_owned();
        let name = format!("{family}{}", names::given(&mut self.rng, sex, on.year()));
        // Grown-up children have a household of their own, and newborns of the last weeks may have none yet.
        let moved_out = age_on(on, FROZEN_ON) >= 27;
        let unregistered = days_between(on, FROZEN_ON) < 90 && self.rng.percent(60);
        if moved_out {
            return;
        }
        let child = (!unregistered).then(|| {
            let relation = if sex == Sex::Male { Relation::Son } else { Relation::Daughter };
            let child = self.person(name.clone(), sex, on, household, relation);
            let days = self.rng.between(3, 40);
            self.persons[child as usize].registered_on = plus_days(on, days).min(FROZEN_ON);
            child
        });
        let on = child.map_or(on, |child| self.persons[child as usize].birth());
        self.birth(mother, father, child, name, sex, on);
    }

    fn grandparents(&mut self, household: u32, son: PersonIndex) {
        let his_birth = self.persons[son as usize].birth();
        let father_birth = plus_days(his_birth, -self.rng.between(24 * 366, 31 * 365));
        let mother_birth = plus_days(his_birth, -self.rng.between(23 * 366, 30 * 365));
        let family = family_name(&self.persons[son as usize].name).to_owned();
        let name = format!("{family}{}", names::given(&mut self.rng, Sex::Male, father_birth.year()));
        let father = self.person(name, Sex::Male, father_birth, household, Relation::Father);
        let mother = self.adult(Sex::Female, mother_birth, household, Relation::Mother);
        self.marry(father, mother, plus_days(his_birth, -280));
        let name = self.persons[son as usize].name.clone();
        self.birth(mother, Some(father), Some(son), name, Sex::Male, his_birth);
    }

    fn lone_adult(&mut self) {
        let home = self.home();
        let collective = self.rng.percent(25);
        let household = self.household(&home, collective);
        let age = self.rng.between(22, 38);
        let birth = self.born(age);
        let sex = if self.rng.percent(55) { Sex::Male } else { Sex::Female };
        let relation = if collective { Relation::NonRelative } else { Relation::Head };
        let person = self.adult(sex, birth, household, relation);
        self.persons[person as usize].registered_on = plus_days(birth, 20 * 365).min(FROZEN_ON);
    }

    fn old_couple(&mut self) {
        let home = self.home();
        let household = self.household(&home, false);
        let age = self.rng.between(58, 88);
        let her_birth = self.born(age);
        let his_birth = plus_days(her_birth, -self.rng.between(0, 1800));
        let husband = self.adult(Sex::Male, his_birth, household, Relation::Head);
        let wife = self.adult(Sex::Female, her_birth, household, Relation::Spouse);
        let on = self.marry(husband, wife, FROZEN_ON);
        self.persons[wife as usize].registered_on = on;
    }

    fn divorced_parent(&mut self) {
        let home = self.home();
        let household = self.household(&home, false);
        let age = self.rng.between(30, 50);
        let birth = self.born(age);
        let mother = self.adult(Sex::Female, birth, household, Relation::Head);
        let married_on = plus_days(birth, self.rng.between(21 * 365, 25 * 365));
        let child_on = plus_days(married_on, self.rng.between(290, 900));
        self.child(household, mother, None, child_on);
        let end = days_between(child_on, FROZEN_ON).max(2);
        let on = plus_days(child_on, self.rng.between(1, end - 1));
        self.persons[mother as usize].marriage = Marriage::Divorced { married_on, on };
    }

    fn widowed(&mut self) {
        let home = self.home();
        let household = self.household(&home, false);
        let age = self.rng.between(62, 95);
        let birth = self.born(age);
        let sex = if self.rng.percent(70) { Sex::Female } else { Sex::Male };
        let person = self.adult(sex, birth, household, Relation::Head);
        let married_on = plus_days(birth, self.rng.between(23 * 365, 29 * 365));
        self.persons[person as usize].marriage = Marriage::Widowed { married_on };
    }

    /// People whose household is in another province and who live in Zhejiang.
    fn migrants(&mut self) {
        let away = self.home_away();
        let household = self.household(&away, false);
        if self.rng.percent(55) {
            let age = self.rng.between(19, 50);
            let birth = self.born(age);
            let sex = if self.rng.percent(58) { Sex::Male } else { Sex::Female };
            self.adult(sex, birth, household, Relation::Head);
        } else {
            let age = self.rng.between(25, 48);
            self.couple(household, age, false);
        }
        if self.rng.percent(92) {
            let here = self.home();
            let since = plus_days(FROZEN_ON, -self.rng.between(20, 3200));
            let members = self.households[household as usize].members.clone();
            for member in members {
                let born = self.persons[member as usize].birth();
                self.reside(member, &here, since.max(plus_days(born, 30)).min(FROZEN_ON));
            }
        }
    }

    fn reside(&mut self, person: PersonIndex, home: &Home, since: Date) {
        let half_year = months_between(since, FROZEN_ON) >= 6;
        let permit = (half_year && self.rng.percent(60)).then(|| {
            let months = self.rng.between(1, 12);
            let until = plus_months(FROZEN_ON, months);
            (format!("{}{:08}", home.region.at(Level::County).unwrap_or(home.region), person), until)
        });
        let child = age_on(self.persons[person as usize].birth(), since) < 16;
        let reason = if child { "family" } else { self.rng.pick(&["employment", "employment", "housing"]) };
        self.persons[person as usize].residence =
            Some(Residence { address: home.address.clone(), region: home.region, since, reason, permit });
    }

    /// Where someone lives: the registered residence, else the household.
    pub fn lives_in(&self, person: PersonIndex) -> RegionCode {
        let person = &self.persons[person as usize];
        person.residence.as_ref().map_or(self.households[person.household as usize].region, |r| r.region)
    }

    /// The first day on which someone may work: 16 years old, out of school and out of the army.
    fn free_from(&self, person: PersonIndex) -> Date {
        let person = &self.persons[person as usize];
        let birth = person.birth();
        let free = plus_days(person.schooling.ends_on(birth), 1).max(plus_months(birth, 16 * 12));
        person.service.map_or(free, |s| free.max(plus_days(s.discharged_on, 1)))
    }

    fn everybody(&self) -> std::ops::Range<PersonIndex> {
        self.fixed as PersonIndex..self.persons.len() as PersonIndex
    }

    /// One man in twenty-five has served, after school.
    fn serve(&mut self) {
        for at in self.everybody() {
            let person = &self.persons[at as usize];
            let birth = person.birth();
            if person.sex() == Sex::Female || age_on(birth, FROZEN_ON) < 21 || !self.rng.percent(4) {
                continue;
            }
            let eighteen = plus_months(birth, 18 * 12).max(person.schooling.ends_on(birth));
            let Ok(enlisted_on) = Date::new(eighteen.year() + 1, 3, 10) else { continue };
            let sergeant = self.rng.percent(25);
            let months = if sergeant { self.rng.between(60, 144) } else { 24 };
            let discharged_on = plus_months(enlisted_on, months);
            if discharged_on > FROZEN_ON || age_on(birth, enlisted_on) > 24 {
                continue;
            }
            let old = age_on(birth, FROZEN_ON) >= 60;
            let entitled = if old && self.rng.percent(30) {
                Some("old_rural")
            } else if self.rng.percent(3) {
                Some("disabled_soldier")
            } else {
                None
            };
            let recent = months_between(discharged_on, FROZEN_ON) < 12;
            let allowance = if entitled.is_some() { self.rng.between(600, 1600) * 100 } else { 0 };
            let service = Service {
                category: if sergeant { "sergeant" } else { "conscript" },
                enlisted_on,
                discharged_on,
                grant_paid: !recent,
                card: self.rng.percent(70),
                entitled,
                allowance,
            };
            self.persons[at as usize].service = Some(service);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one line of the register of firms")]
    pub fn entity(
        &mut self,
        kind: EntityKind,
        name: String,
        industry: &'static Industry,
        region: RegionCode,
        address: String,
        established_on: Date,
        capital: i64,
        representative: PersonIndex,
    ) -> EntityIndex {
        let county = region.at(Level::County).unwrap_or(region);
        let prefix = if kind == EntityKind::Company { "91" } else { "92" };
        let organisation = format!("MY{:06}", self.entities.len() + 1);
        let check = credit_code::organisation_check_character(&organisation).unwrap_or('0');
        let body = format!("{prefix}{county}{organisation}{check}");
        let code = format!("{body}{}", credit_code::check_character(&body).unwrap_or('0'));
        // Region, alphabet and check character are right by construction.
        let code = CreditCode::parse(&code).expect("a code put together by the standard");
        let index = self.entities.len() as EntityIndex;
        let salt = self.rng.draw();
        self.by_code.insert(code, index);
        self.firm_names.insert(name.clone());
        self.entities.push(Entity {
            code,
            name,
            kind,
            status: "active",
            representative,
            capital,
            industry,
            address,
            region,
            established_on,
            term_until: None,
            late_report: false,
            abnormal: false,
            arrears: false,
            fund_registered: true,
            licences: Vec::new(),
            staff: Vec::new(),
            salt,
        });
        index
    }

    pub fn licence_entity(&mut self, entity: EntityIndex, kind: &'static str, issued_on: Date, years: i64) {
        let (name, scope, prefix) = match kind {
            "food_business" => ("食品经营许可证", "热食类食品制售；预包装食品销售", "JY2"),
            "tobacco" => ("烟草专卖零售许可证", "卷烟、雪茄烟零售", "YC"),
            "road_transport" => ("道路运输经营许可证", "普通货运", "YS"),
            "labour_dispatch" => ("劳务派遣经营许可证", "劳务派遣", "LP"),
            "human_resources" => ("人力资源服务许可证", "职业中介活动", "RL"),
            _ => ("公共场所卫生许可证", "理发、生活美容", "WS"),
        };
        let county = self.entities[entity as usize].region.at(Level::County);
        let number = format!("{prefix}{}9{entity:06}", county.map(|c| c.to_string()).unwrap_or_default());
        let valid_until = plus_days(plus_months(issued_on, years * 12), -1);
        self.entities[entity as usize].licences.push(EntityLicence {
            number,
            kind,
            name,
            scope,
            issued_on,
            valid_until,
        });
    }

    fn firms(&mut self) {
        let candidates: Vec<PersonIndex> = self
            .everybody()
            .filter(|at| {
                let age = self.persons[*at as usize].id.age_on(FROZEN_ON);
                (26..=54).contains(&age)
                    && Self::zhejiang(self.lives_in(*at))
                    && plus_months(self.free_from(*at), 12) < FROZEN_ON
            })
            .collect();
        while self.entities.len() < ENTITIES {
            let owner = self.rng.pick(&candidates);
            if matches!(self.persons[owner as usize].occupation, Occupation::Employed { .. })
                && !self.rng.percent(20)
            {
                continue;
            }
            self.firm(owner);
        }
    }

    fn firm(&mut self, owner: PersonIndex) {
        let region = self.lives_in(owner);
        let company = self.rng.percent(65);
        let kind = if company { EntityKind::Company } else { EntityKind::SoleTrader };
        let industry = &INDUSTRIES[self.rng.between(0, INDUSTRIES.len() as i64 - 1) as usize];
        let place = |level: Level| {
            region.at(level).and_then(|c| self.regions.get(c)).map_or("", |r| r.name.zh.as_str())
        };
        let (city, county) = (place(Level::City).to_owned(), place(Level::County).to_owned());
        let name = loop {
            let firm = names::firm(&mut self.rng);
            let name = if company {
                format!("{}{firm}{}有限公司", city.trim_end_matches('市'), industry.company)
            } else {
                format!("{city}{county}{firm}{}", industry.shop)
            };
            if !self.firm_names.contains(&name) {
                break name;
            }
            // Names of one trade in one city run out: a third character, and so on.
            let longer = format!("{name}（{}）", self.entities.len());
            if !self.firm_names.contains(&longer) {
                break longer;
            }
        };
        let rest = names::premises(&mut self.rng);
        let address = self.address(region, &rest);
        let free = plus_months(self.free_from(owner), 6).max(Date::constant(2001, 1, 1));
        let established_on = plus_days(free, self.rng.between(0, days_between(free, FROZEN_ON) - 20));
        let capital = if company { self.rng.pick(&[10, 50, 100, 200, 500, 1000]) * 10_000 * 100 } else { 0 };
        let index = self.entity(kind, name, industry, region, address, established_on, capital, owner);
        if !matches!(self.persons[owner as usize].occupation, Occupation::Employed { .. }) {
            self.persons[owner as usize].occupation =
                Occupation::Employed { entity: index, since: established_on };
        }
        let licence = match (industry.code, self.rng.between(0, 9)) {
            ("H", _) | ("F", 0..=4) => Some("food_business"),
            ("F", 5..=7) => Some("tobacco"),
            ("G", _) => Some("road_transport"),
            ("L", 0..=2) => Some("labour_dispatch"),
            ("L", 3..=5) => Some("human_resources"),
            ("O", _) => Some("public_health"),
            _ => None,
        };
        if let Some(kind) = licence {
            let issued_on =
                plus_days(FROZEN_ON, -self.rng.between(0, 1860)).max(plus_days(established_on, 5));
            self.licence_entity(index, kind, issued_on.min(FROZEN_ON), 5);
        }
        let (late, arrears, status) = (self.rng.percent(5), self.rng.percent(3), self.rng.per_mille(25));
        let fund = company && self.rng.percent(75);
        let term = (company && self.rng.percent(20)).then(|| plus_months(established_on, 20 * 12));
        let entity = &mut self.entities[index as usize];
        entity.late_report = late;
        entity.abnormal = late;
        entity.arrears = arrears;
        entity.fund_registered = fund;
        entity.term_until = term;
        if status && entity.representative as usize >= self.fixed {
            entity.status = "revoked";
        }
    }

    fn occupy(&mut self) {
        for at in self.everybody() {
            let occupation = match self.persons[at as usize].occupation {
                Occupation::Employed { entity, since }
                    if self.entities[entity as usize].status == "active" =>
                {
                    Occupation::Employed { entity, since }
                }
                _ => self.occupation(at),
            };
            self.persons[at as usize].occupation = occupation;
            self.insure(at);
        }
        for (at, person) in self.persons.iter().enumerate() {
            if let Occupation::Employed { entity, .. } = person.occupation {
                self.entities[entity as usize].staff.push(at as PersonIndex);
            }
        }
    }

    fn occupation(&mut self, at: PersonIndex) -> Occupation {
        let free = self.free_from(at);
        if free > plus_days(FROZEN_ON, -10) {
            return Occupation::Learning;
        }
        let person = &self.persons[at as usize];
        let birth = person.birth();
        // Retirement at 60 and 55, as it was for those who reached that age before the reform of 2025.
        let retires = plus_months(birth, if person.sex() == Sex::Male { 60 } else { 55 } * 12);
        let verified_on = plus_days(FROZEN_ON, -self.rng.between(5, 420));
        if retires < Date::constant(2025, 1, 1) {
            if self.rng.percent(72) {
                let pension = self.rng.between(2_200, 7_400) * 100;
                let verified_on = verified_on.max(retires);
                return Occupation::Retired { since: retires, pension, verified_on, scheme: "employee" };
            }
            let sixty = plus_months(birth, 720);
            if sixty <= FROZEN_ON {
                let pension = self.rng.between(240, 520) * 100;
                let verified_on = verified_on.max(sixty);
                return Occupation::Retired { since: sixty, pension, verified_on, scheme: "resident" };
            }
            return Occupation::None;
        }
        match self.rng.between(0, 99) {
            0..=66 => self.employment(at, free),
            67..=78 => {
                let since = plus_days(free, self.rng.between(0, days_between(free, FROZEN_ON) - 1));
                Occupation::Flexible { since }
            }
            79..=83 => match self.employment(at, free) {
                Occupation::Employed { entity, since } => {
                    let from = since.max(plus_months(FROZEN_ON, -14));
                    let ended =
                        plus_days(from, self.rng.between(1, (days_between(from, FROZEN_ON) - 3).max(1)));
                    let reason = self.rng.pick(&["employer_terminated", "contract_expired", "resigned"]);
                    Occupation::Unemployed { entity, since, ended, reason }
                }
                other => other,
            },
            _ => Occupation::None,
        }
    }

    /// A job at a firm in Zhejiang that exists; the first firms are large, the last small.
    fn employment(&mut self, at: PersonIndex, free: Date) -> Occupation {
        let from = self.persons[at as usize].residence.as_ref().map_or(free, |r| free.max(r.since));
        for _ in 0..8 {
            let spread = self.rng.between(0, 999) * self.rng.between(0, 999);
            let entity = (spread * self.entities.len() as i64 / 1_000_000) as EntityIndex;
            let firm = &self.entities[entity as usize];
            let earliest = from.max(firm.established_on);
            let span = days_between(earliest, FROZEN_ON) - 5;
            if firm.status == "active" && firm.representative != at && span > 1 {
                let since = plus_days(FROZEN_ON, -5 - self.rng.between(0, span.min(5_000)));
                return Occupation::Employed { entity, since };
            }
        }
        Occupation::None
    }

    /// Pension insurance and housing fund, as follows from the occupation.
    fn insure(&mut self, at: PersonIndex) {
        let free = self.free_from(at);
        let (earlier, gap) = (self.rng.percent(55), self.rng.percent(50));
        let years = self.rng.between(1, 8) * 12;
        let person = &self.persons[at as usize];
        let (since, resident) = match person.occupation {
            Occupation::Employed { since, .. } | Occupation::Flexible { since } => (Some(since), false),
            Occupation::Unemployed { since, .. } => (Some(since), false),
            Occupation::Retired { since, scheme, .. } => {
                let years = if scheme == "employee" { 15 + years } else { 15 };
                (Some(plus_months(since, -12 * years.min(35)).max(free)), true)
            }
            Occupation::None => (self.rng.percent(50).then_some(free), true),
            Occupation::Learning => (None, false),
        };
        let fund = match person.occupation {
            Occupation::Employed { entity, .. } if self.entities[entity as usize].fund_registered => {
                self.rng.between(6, 48) * 100 * 100
            }
            _ => 0,
        };
        let person = &mut self.persons[at as usize];
        person.fund_monthly = fund;
        person.insured_since =
            since.map(|s| if earlier && !resident { plus_months(s, -years).max(free).min(s) } else { s });
        person.continuous_since = if gap { since } else { person.insured_since };
    }

    pub fn property(
        &mut self,
        owners: &[PersonIndex],
        home: &Home,
        usage: &'static str,
        area: i64,
        registered_on: Date,
        mortgagee: Option<&'static str>,
    ) {
        let index = self.properties.len() as u32;
        let county = home.region.at(Level::County).unwrap_or(home.region);
        let city =
            home.region.at(Level::City).and_then(|c| self.regions.get(c)).map_or("", |r| r.name.zh.as_str());
        let certificate = format!("浙（{}）{city}不动产权第S{:06}号", registered_on.year(), index + 1);
        self.properties.push(Property {
            certificate,
            unit: format!("{county}009001GB{:05}F{:08}", index % 99_999 + 1, index + 1),
            address: home.address.clone(),
            region: county,
            area,
            usage,
            owners: owners.to_vec(),
            registered_on,
            mortgagee,
        });
        for owner in owners {
            self.persons[*owner as usize].properties.push(index);
        }
    }

    /// Homes, second homes and parking spaces; housing fund loans.
    fn own(&mut self) {
        for at in 0..self.households.len() {
            let household = &self.households[at];
            let head = household.members[0];
            if household.collective || (head as usize) < self.fixed {
                continue;
            }
            let here = Self::zhejiang(household.region);
            let mut home = Home { region: household.region, address: household.address.clone() };
            let mut owners = vec![head];
            if let Marriage::Married { spouse, .. } = self.persons[head as usize].marriage {
                owners.push(spouse);
            }
            let birth = self.persons[head as usize].birth();
            let from = plus_months(birth, 23 * 12).max(Date::constant(1999, 1, 1));
            if !self.rng.percent(if here { 78 } else { 8 }) || from >= plus_days(FROZEN_ON, -60) {
                continue;
            }
            if !here {
                home = self.home();
            }
            let registered_on = plus_days(from, self.rng.between(0, days_between(from, FROZEN_ON) - 40));
            let young = months_between(registered_on, FROZEN_ON) < 15 * 12;
            let mortgagee = (young && self.rng.percent(60)).then_some("示例银行股份有限公司杭州分行");
            let area = self.rng.between(4_800, 16_800);
            self.property(&owners, &home, "residential", area, registered_on, mortgagee);
            if mortgagee.is_some() && self.persons[head as usize].fund_monthly > 0 && self.rng.percent(60) {
                self.persons[head as usize].fund_loan = self.rng.between(8, 90) * 10_000 * 100;
            }
            if self.rng.percent(12) {
                let second = self.home();
                let area = self.rng.between(3_800, 14_200);
                let on = plus_days(
                    registered_on,
                    self.rng.between(0, days_between(registered_on, FROZEN_ON) - 10),
                );
                self.property(&owners, &second, "residential", area, on, None);
            }
            if self.rng.percent(18) {
                let number = self.rng.between(1, 600);
                let space =
                    Home { region: home.region, address: format!("{}地下车位{number}号", home.address) };
                self.property(&owners[..1], &space, "parking", 1_250, registered_on, None);
            }
        }
    }

    /// A driving licence, first valid 6 years, then 10, then long-term.
    fn licence(&mut self, birth: Date) -> Licence {
        let eighteen = plus_months(birth, 18 * 12).max(Date::constant(1990, 1, 1));
        let first_issued_on =
            plus_days(eighteen, self.rng.between(60, (days_between(eighteen, FROZEN_ON) - 10).min(7_000)));
        let six = plus_months(first_issued_on, 72);
        let sixteen = plus_months(six, 120);
        let careless = self.rng.percent(2);
        let valid_until = match () {
            () if six > FROZEN_ON || careless => Some(six),
            () if sixteen > FROZEN_ON => Some(sixteen),
            () => None,
        };
        let class = self.rng.pick(&["C1", "C1", "C1", "C1", "C2", "C2", "B2", "C1D"]);
        let points = if self.rng.percent(80) { 0 } else { self.rng.between(1, 9) };
        Licence { class, first_issued_on, valid_until, points }
    }

    pub fn vehicle(
        &mut self,
        owner: PersonIndex,
        brand: &'static str,
        new_energy: bool,
        registered_on: Date,
        due: Date,
    ) {
        let index = self.vehicles.len() as u32;
        let plate =
            if new_energy { format!("浙ADI{:04}", index + 1) } else { format!("浙AI{:04}", index + 1) };
        let insured_until = plus_days(FROZEN_ON, self.rng.between(5, 360));
        let kind = if self.rng.percent(60) { "small_car" } else { "small_suv" };
        self.vehicles.push(Vehicle {
            plate,
            kind,
            brand,
            new_energy,
            owner,
            registered_on,
            inspection_due_on: due,
            insured_until,
            violations: 0,
        });
        self.persons[owner as usize].vehicles.push(index);
    }

    fn drive(&mut self) {
        for at in self.everybody() {
            let person = &self.persons[at as usize];
            let (birth, age) = (person.birth(), person.id.age_on(FROZEN_ON));
            if !(20..=72).contains(&age) || !self.rng.percent(62) {
                continue;
            }
            let licence = self.licence(birth);
            self.persons[at as usize].licence = Some(licence);
            if !self.rng.percent(45) {
                continue;
            }
            let from = licence.first_issued_on.max(plus_months(FROZEN_ON, -14 * 12));
            let registered_on = plus_days(from, self.rng.between(0, days_between(from, FROZEN_ON) - 5));
            // Private cars are due every two years for ten years, then every year; one in thirty is late.
            let period = if months_between(registered_on, FROZEN_ON) >= 120 { 12 } else { 24 };
            let mut due = registered_on;
            while due <= FROZEN_ON {
                due = plus_months(due, period);
            }
            if self.rng.percent(3) {
                due = plus_months(due, -period).max(plus_months(registered_on, 1));
            }
            let new_energy = registered_on.year() >= 2019 && self.rng.percent(40);
            let brand = if new_energy {
                "示例牌SL7000BEV"
            } else {
                self.rng.pick(&["示例牌SL7160", "样本牌YB6480", "演示牌YS7200"])
            };
            self.vehicle(at, brand, new_energy, registered_on, due);
            if self.rng.percent(15) {
                let violations = self.rng.between(1, 4);
                // Just pushed.
                self.vehicles.last_mut().expect("a vehicle").violations = violations;
            }
        }
    }

    /// Disability certificates and social assistance.
    fn assist(&mut self) {
        for at in 0..self.households.len() {
            let members = self.households[at].members.clone();
            if (members[0] as usize) < self.fixed {
                continue;
            }
            let poor = Self::zhejiang(self.households[at].region)
                && members.iter().all(|m| {
                    let person = &self.persons[*m as usize];
                    let low = match person.occupation {
                        Occupation::Employed { .. } => false,
                        Occupation::Retired { pension, .. } => pension < 100_000,
                        _ => true,
                    };
                    low && person.properties.len() <= 1 && person.vehicles.is_empty()
                })
                && self.rng.percent(35);
            if poor {
                let since = plus_days(FROZEN_ON, -self.rng.between(60, 2500));
                let born = members.iter().map(|m| self.persons[*m as usize].birth()).min().unwrap_or(since);
                let minimum = self.rng.percent(70);
                let income =
                    if minimum { self.rng.between(200, 1_000) } else { self.rng.between(1_250, 1_780) } * 100;
                let allowance = if minimum { (124_000 - income).max(0) * members.len() as i64 } else { 0 };
                self.households[at].assistance = Some(Assistance {
                    kind: if minimum { AssistanceKind::MinimumLiving } else { AssistanceKind::Marginal },
                    since: since.max(born),
                    reviewed_on: plus_days(FROZEN_ON, -self.rng.between(5, 340)).max(since),
                    allowance,
                    income_per_head: income,
                });
            }
            for member in members {
                let birth = self.persons[member as usize].birth();
                let age = age_on(birth, FROZEN_ON);
                let likely = if poor { 160 } else { 12 + i64::from(age / 4) };
                if age < 3 || !self.rng.per_mille(likely) {
                    continue;
                }
                let categories = [
                    "vision",
                    "hearing",
                    "physical",
                    "physical",
                    "physical",
                    "intellectual",
                    "mental",
                    "multiple",
                ];
                let issued_on = plus_days(FROZEN_ON, -self.rng.between(10, 3700)).max(plus_months(birth, 24));
                let level = self.rng.between(1, 4);
                self.persons[member as usize].disability = Some(Disability {
                    category: self.rng.pick(&categories),
                    level,
                    issued_on,
                    valid_until: plus_days(plus_months(issued_on, 120), -1),
                    living_subsidy: poor && self.rng.percent(70),
                    care_subsidy: level <= 2 && self.rng.percent(70),
                });
            }
        }
    }
}

/// The family name of a full name; three double names are in use.
fn family_name(name: &str) -> &str {
    let double = ["欧阳", "诸葛", "上官"].into_iter().find(|double| name.starts_with(double));
    double.unwrap_or_else(|| name.char_indices().nth(1).map_or(name, |(at, _)| &name[..at]))
}
