//! What each register says about a person or an entity on a day: the whole document, before it is cut to the facts asked
//! for.

use domain::organisation::region::{Level, RegionCode};
use domain::text::Locale;
use domain::time::age_on;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::population::*;
use crate::population::{days_between, months_between, plus_days, plus_months};
use crate::rng::Rng;

/// The document of `register` about a person; `None` for a register of entities.
pub fn of_person(population: &Population, register: &str, person: &Person, today: Date) -> Option<Value> {
    let about = About { population, person, birth: person.birth(), today };
    Some(match register {
        "population" => about.population(),
        "household" => about.household(),
        "marriage" => about.marriage(),
        "social_security" => about.social_security(),
        "medical_insurance" => about.medical_insurance(),
        "real_estate" => about.real_estate(),
        "education" => about.education(),
        "vehicles" => about.vehicles(),
        "disability" => about.disability(),
        "veterans" => about.veterans(),
        "low_income" => about.low_income(),
        _ => return None,
    })
}

struct About<'a> {
    population: &'a Population,
    person: &'a Person,
    birth: Date,
    today: Date,
}

fn sex(sex: domain::identity::resident_id::Sex) -> &'static str {
    match sex {
        domain::identity::resident_id::Sex::Male => "male",
        domain::identity::resident_id::Sex::Female => "female",
    }
}

fn county_name(population: &Population, region: RegionCode) -> String {
    let county = region.at(Level::County).unwrap_or(region);
    population.regions.get(county).map(|r| r.name.get(Locale::Zh).to_owned()).unwrap_or_default()
}

/// Months, as a register counts them: the first contribution is month one.
fn paid(from: Date, to: Date) -> i64 {
    if from > to { 0 } else { months_between(from, to) + 1 }
}

impl About<'_> {
    fn rng(&self, tag: u64) -> Rng {
        Rng::of(self.person.salt, tag)
    }

    fn age(&self) -> i32 {
        age_on(self.birth, self.today)
    }

    fn household_of(&self) -> &Household {
        self.population.household(self.person)
    }

    fn lives_in(&self) -> RegionCode {
        self.person.residence.as_ref().map_or(self.household_of().region, |r| r.region)
    }

    fn city_of_life(&self) -> RegionCode {
        let region = self.lives_in();
        region.at(Level::City).unwrap_or(region)
    }

    fn employer(&self) -> Option<&Entity> {
        match self.person.occupation {
            Occupation::Employed { entity, .. } => Some(&self.population.entities[entity as usize]),
            _ => None,
        }
    }

    fn births(&self) -> impl Iterator<Item = &Birth> {
        self.person
            .births
            .iter()
            .map(|at| &self.population.births[*at as usize])
            .filter(|b| b.on <= self.today)
    }

    fn population(&self) -> Value {
        let p = self.person;
        let card = p.id_card.as_ref();
        let status = match card {
            None => "none",
            Some(card) if card.lost => "lost",
            Some(card) if card.valid_until.is_some_and(|until| until < self.today) => "expired",
            Some(_) => "valid",
        };
        let residence = p.residence.as_ref();
        let permit = residence.and_then(|r| r.permit.as_ref());
        let children: Vec<Value> = self
            .births()
            .filter_map(|birth| {
                let child = birth.child.map(|at| &self.population.persons[at as usize]);
                Some(json!({
                    "birth_certificate": birth.certificate.as_ref()?,
                    "name": birth.name,
                    "sex": sex(birth.sex),
                    "birth_date": birth.on,
                    "birth_region": birth.region,
                    "hospital": birth.hospital,
                    "hukou_registered": child.is_some(),
                    "id_number": child.map(|c| c.id),
                }))
            })
            .collect();
        json!({
            "person": {
                "name": p.name,
                "id_number": p.id,
                "sex": sex(p.sex()),
                "birth_date": self.birth,
                "ethnicity": p.ethnicity,
                "phone": p.phone,
                "criminal_record": p.criminal_record,
            },
            "id_card": {
                "status": status,
                "issued_on": card.map(|c| c.issued_on),
                "valid_until": card.and_then(|c| c.valid_until),
                "long_term": card.is_some_and(|c| c.valid_until.is_none()),
                "issuer": card.map(|_| format!("{}公安局", county_name(self.population, self.household_of().region))),
            },
            "residence": {
                "registered": residence.is_some(),
                "address": residence.map(|r| &r.address),
                "region": residence.map(|r| r.region),
                "since": residence.map(|r| r.since),
                "reason": residence.map(|r| r.reason),
                "permit_number": permit.map(|(number, _)| number),
                "permit_valid_until": permit.map(|(_, until)| until),
            },
            "children": children,
            "children_count": self.births().count(),
            "newborn_without_hukou": self.births().any(|b| b.child.is_none()),
        })
    }

    fn household(&self) -> Value {
        let household = self.household_of();
        let member = |at: &PersonIndex| {
            let m = &self.population.persons[*at as usize];
            json!({
                "id_number": m.id,
                "name": m.disagreement.map_or(m.name.as_str(), |d| d.household_name),
                "relation": m.relation.code(),
                "sex": sex(m.sex()),
                "birth_date": m.birth(),
            })
        };
        let name = |m: &Person| m.disagreement.map_or(m.name.clone(), |d| d.household_name.to_owned());
        let head = household
            .members
            .iter()
            .map(|at| &self.population.persons[*at as usize])
            .find(|m| m.relation == Relation::Head);
        // Those who share a collective household are strangers to each other.
        let members: Vec<Value> = household
            .members
            .iter()
            .filter(|at| !household.collective || self.population.persons[**at as usize].id == self.person.id)
            .map(member)
            .collect();
        let town = self.population.regions.get(household.region).map_or("", |r| r.name.zh.as_str());
        let town = town
            .trim_end_matches("街道")
            .trim_end_matches('镇')
            .trim_end_matches('乡')
            .trim_end_matches('县');
        json!({
            "household": {
                "number": household.number,
                "kind": if household.collective { "collective" } else { "family" },
                "address": household.address,
                "region": household.region,
                "registered_on": self.person.registered_on,
                "police_station": format!("{town}派出所"),
                "head_name": head.map(name),
                "relation": self.person.relation.code(),
                "size": members.len(),
                "members": members,
            },
        })
    }

    fn marriage(&self) -> Value {
        let p = self.person;
        let authority =
            format!("{}民政局婚姻登记处", county_name(self.population, self.household_of().region));
        let certificate = |on: Date, first: &Person| {
            let county = self.population.household(first).region;
            let county = county.at(Level::County).unwrap_or(county);
            format!("J{county}-{}-9{:05}", on.year(), first.salt % 100_000)
        };
        if p.disagreement.is_some_and(|d| d.marriage_missing) {
            return json!({ "marriage": { "status": "single" } });
        }
        let marriage = match p.marriage {
            Marriage::Single => json!({ "status": "single" }),
            Marriage::Married { spouse, on } => {
                let other = &self.population.persons[spouse as usize];
                let first = if p.id < other.id { p } else { other };
                json!({
                    "status": "married",
                    "registered_on": on,
                    "certificate_number": certificate(on, first),
                    "authority": authority,
                    "spouse_name": other.name,
                    "spouse_id": other.id,
                })
            }
            Marriage::Divorced { married_on, on } => json!({
                "status": "divorced",
                "registered_on": married_on,
                "certificate_number": certificate(married_on, p),
                "authority": authority,
                "divorced_on": on,
            }),
            Marriage::Widowed { married_on } => json!({
                "status": "widowed",
                "registered_on": married_on,
                "certificate_number": certificate(married_on, p),
                "authority": authority,
            }),
        };
        json!({ "marriage": marriage })
    }

    /// The last day for which contributions are paid.
    fn paid_until(&self) -> Date {
        match self.person.occupation {
            Occupation::Retired { since, .. } => since.min(self.today),
            Occupation::Unemployed { ended, .. } => ended.min(self.today),
            _ => self.today,
        }
    }

    fn social_security(&self) -> Value {
        let p = self.person;
        let mut rng = self.rng(1);
        let card_lost = rng.per_mille(6);
        let has_card = self.age() >= 1;
        let card_number = format!("S{:08}", p.salt % 100_000_000);
        let learning = p.occupation == Occupation::Learning;
        let enrolled = p.schooling.enrolment(self.birth, self.today).is_some();
        let status = match p.occupation {
            Occupation::Learning if enrolled && self.age() >= 6 => "student",
            Occupation::Learning | Occupation::None => "none",
            Occupation::Employed { .. } => "employed",
            Occupation::Flexible { .. } => "flexible",
            Occupation::Unemployed { .. } => "unemployed",
            Occupation::Retired { .. } => "retired",
        };
        let employer = self.employer();
        let since = match p.occupation {
            Occupation::Employed { since, .. } | Occupation::Flexible { since } => Some(since),
            _ => None,
        };
        let (ended, reason) = match p.occupation {
            Occupation::Unemployed { ended, reason, .. } => (Some(ended), Some(reason)),
            Occupation::Retired { since, scheme: "employee", .. } => (Some(since), Some("retired")),
            _ => (None, None),
        };
        let insured = p.insured_since.filter(|since| *since <= self.today);
        let until = self.paid_until();
        let scheme = match p.occupation {
            Occupation::Retired { scheme, .. } => Some(scheme),
            Occupation::Employed { .. } | Occupation::Unemployed { .. } => Some("employee"),
            Occupation::Flexible { .. } => Some("flexible"),
            Occupation::None | Occupation::Learning => Some("resident"),
        }
        .filter(|_| insured.is_some());
        let pension_status = match (p.occupation, insured) {
            (_, None) => "none",
            (Occupation::Retired { .. }, _) => "drawing",
            (Occupation::Unemployed { .. }, _) => "paused",
            _ => "active",
        };
        let months = |from: Option<Date>| from.map_or(0, |from| paid(from, until));
        // Residents pay once a year, for twelve months each.
        let months_paid =
            if scheme == Some("resident") { months(insured) / 12 * 12 } else { months(insured) };
        let consecutive = match p.occupation {
            Occupation::Retired { .. } | Occupation::Unemployed { .. } => 0,
            _ => months(p.continuous_since.filter(|_| insured.is_some())).min(months_paid),
        };
        let base = match p.occupation {
            Occupation::Employed { .. } | Occupation::Flexible { .. } => Some(wage(p)),
            _ => None,
        };
        let (drawing, pension, pension_since, verified_on) = match p.occupation {
            Occupation::Retired { since, pension, verified_on, .. } => {
                ("drawing", Some(pension), Some(since), Some(verified_on))
            }
            _ => ("none", None, None, None),
        };
        let unemployment_months =
            if matches!(scheme, Some("employee")) && drawing == "none" { months(insured) } else { 0 };
        let jobless = matches!(p.occupation, Occupation::Unemployed { .. });
        let left =
            if jobless && reason != Some("resigned") { benefit_months(unemployment_months) } else { 0 };
        // Most who lost their job more than two months ago draw the benefit.
        let since_end = ended.map_or(0, |ended| months_between(ended, FROZEN_ON));
        let benefit = left > 0 && since_end >= 2 && rng.percent(60);
        let left = if benefit { (left - since_end).max(1) } else { left };
        let fund = p.fund_monthly > 0;
        // Whoever retired from a job within two years has not taken the balance out yet.
        let retired =
            pension_since.filter(|on| scheme == Some("employee") && *on > plus_months(FROZEN_ON, -24));
        let sealed = (jobless && unemployment_months > 6) || retired.is_some();
        let fund_months =
            since.filter(|_| fund).map_or(0, |since| months(p.continuous_since.map(|c| c.max(since))));
        let balance = if fund {
            // Half of what came in was taken out again for rent or repayments.
            p.fund_monthly * fund_months / if p.fund_loan > 0 { 4 } else { 2 }
        } else {
            i64::from(sealed) * rng.between(3_000, 60_000) * 100
        };
        let social_region = match employer {
            Some(employer) => Some(employer.region),
            None => insured.map(|_| self.lives_in()),
        };
        json!({
            "card": {
                "status": if !has_card { "none" } else if card_lost { "lost" } else { "active" },
                "number": has_card.then_some(card_number),
                "bank": has_card.then_some("示例银行"),
            },
            "employment": {
                "status": status,
                "employer_name": employer.map(|e| &e.name),
                "employer_code": employer.map(|e| e.code),
                "since": since,
                "ended_on": ended,
                "end_reason": reason,
                "unemployment_registered_on": ended.filter(|_| jobless).map(|day| plus_days(day, 7).min(self.today)),
            },
            "pension_insurance": {
                "status": pension_status,
                "scheme": scheme,
                "region": social_region.map(|r| r.at(Level::City).unwrap_or(r)),
                "months_paid": months_paid,
                "consecutive_months": consecutive,
                "contribution_base": base.filter(|_| insured.is_some() && !learning),
            },
            "pension": {
                "status": drawing,
                "monthly": pension,
                "since": pension_since,
                "verified_on": verified_on,
            },
            "unemployment": {
                "months_paid": unemployment_months,
                "status": if benefit { "drawing" } else { "none" },
                "months_left": left,
            },
            "injury": { "insured": employer.is_some() },
            "housing_fund": {
                "status": if fund { "active" } else if sealed { "sealed" } else { "none" },
                "account_number": (fund || sealed).then(|| format!("GJ{:010}", p.salt % 10_000_000_000)),
                "balance": (fund || sealed).then_some(balance),
                "months": fund_months,
                "monthly_deposit": fund.then_some(p.fund_monthly),
                "sealed_on": ended.or(retired).filter(|_| sealed && !fund).map(|day| plus_days(day, 20).min(self.today)),
                "loan_balance": (p.fund_loan > 0).then_some(p.fund_loan),
                "loan_monthly": (p.fund_loan > 0).then_some(p.fund_loan / 240 / 100 * 100),
                "last_withdrawal_on":
                    (fund && fund_months > 24 && rng.percent(40)).then(|| plus_months(FROZEN_ON, -rng.between(1, 20))),
            },
        })
    }

    fn medical_insurance(&self) -> Value {
        let p = self.person;
        let mut rng = self.rng(2);
        let employer = self.employer();
        let employee = match p.occupation {
            Occupation::Employed { .. } => true,
            Occupation::Retired { scheme, .. } => scheme == "employee",
            Occupation::Flexible { .. } => rng.percent(60),
            Occupation::Unemployed { .. } => true,
            _ => false,
        };
        let from =
            if employee { p.insured_since } else { Some(self.birth.max(plus_months(self.today, -180))) };
        let from = from.filter(|from| *from <= self.today);
        let jobless = matches!(p.occupation, Occupation::Unemployed { .. });
        let newborn = self.age() < 1 && rng.percent(30);
        let status = if newborn || from.is_none() {
            "none"
        } else if jobless {
            "paused"
        } else {
            "active"
        };
        let insured = status != "none";
        let months = from.filter(|_| insured).map_or(0, |from| paid(from, self.today));
        let consecutive = if status != "active" {
            0
        } else if employee {
            p.continuous_since.map_or(0, |from| paid(from, self.today)).min(months)
        } else {
            months
        };
        let maternity = employer.is_some();
        let delivery = self.births().last().filter(|_| sex(p.sex()) == "female");
        let kind = rng.pick(&["natural", "natural", "natural", "caesarean", "caesarean", "difficult"]);
        let allowance_paid = delivery.map(|birth| maternity && days_between(birth.on, FROZEN_ON) > 180);
        let mut filings = Vec::new();
        let city = self.city_of_life();
        if self.age() >= 18 && insured && rng.percent(4) {
            let elsewhere = if city.to_string() == "3101" { "3301" } else { "3101" };
            let valid_from = plus_months(FROZEN_ON, -rng.between(2, 20));
            let kind = if self.age() >= 60 { "resettled" } else { "long_term" };
            filings.push(json!({
                "number": format!("YD{}{:06}", valid_from.year(), p.salt % 1_000_000),
                "region": elsewhere,
                "kind": kind,
                "valid_from": valid_from,
                "valid_until": plus_months(valid_from, 36),
            }));
        }
        let mut conditions = Vec::new();
        if self.age() >= 50 && insured && rng.percent(12) {
            let (code, name) = rng.pick(&[("M03900", "高血压"), ("M01600", "糖尿病")]);
            let since = plus_months(FROZEN_ON, -rng.between(1, 22));
            conditions.push(json!({
                "code": code, "name": name, "since": since, "valid_until": plus_months(since, 24),
            }));
        }
        json!({
            "insurance": {
                "status": status,
                "scheme": insured.then_some(if employee { "employee" } else { "resident" }),
                "region": insured.then_some(employer.map_or(city, |e| e.region.at(Level::City).unwrap_or(e.region))),
                "employer_name": employer.map(|e| &e.name),
                "months_paid": months,
                "consecutive_months": consecutive,
                "account_balance": (insured && employee).then(|| rng.between(30, 18_000) * 100),
                "family_sharing": insured && employee && rng.percent(45),
            },
            "maternity": {
                "insured": maternity,
                "consecutive_months": if maternity { consecutive } else { 0 },
                "employer_average_wage": employer.map(average_wage),
                "delivered_on": delivery.map(|birth| birth.on),
                "delivery_kind": delivery.map(|_| kind),
                "allowance_paid": allowance_paid,
            },
            "offsite_filings": filings,
            "special_conditions": conditions,
        })
    }

    fn real_estate(&self) -> Value {
        let owned: Vec<&Property> = self
            .person
            .properties
            .iter()
            .map(|at| &self.population.properties[*at as usize])
            .filter(|p| p.registered_on <= self.today)
            .collect();
        let homes: Vec<&&Property> = owned.iter().filter(|p| p.usage == "residential").collect();
        let city = self.city_of_life();
        let area: i64 = homes.iter().map(|p| p.area).sum();
        let records: Vec<Value> = owned
            .iter()
            .map(|p| {
                json!({
                    "certificate_number": p.certificate,
                    "unit_number": p.unit,
                    "address": p.address,
                    "region": p.region,
                    "area": decimal(p.area),
                    "usage": p.usage,
                    "ownership": if p.owners.len() > 1 { "joint" } else { "sole" },
                    "registered_on": p.registered_on,
                    "mortgaged": p.mortgagee.is_some(),
                    "mortgagee": p.mortgagee,
                })
            })
            .collect();
        json!({
            "count": owned.len(),
            "housing_count": homes.len(),
            "housing_area": decimal(area),
            "local_housing_count": homes.iter().filter(|p| p.region.is_under(city)).count(),
            "last_transfer_on": owned.iter().map(|p| p.registered_on).max(),
            "properties": records,
        })
    }

    fn education(&self) -> Value {
        let p = self.person;
        let mut rng = self.rng(3);
        let completed = p.schooling.completed(self.birth, self.today);
        let enrolment = p.schooling.enrolment(self.birth, self.today);
        let region = self.lives_in();
        let county = region.at(Level::County).unwrap_or(region);
        let name = county_name(self.population, county);
        let school = |stage: Stage| match stage {
            Stage::Kindergarten => format!("{name}示例幼儿园"),
            Stage::Primary => format!("{name}示例小学"),
            Stage::Junior => format!("{name}示例初级中学"),
            Stage::Senior => format!("{name}示例高级中学"),
            Stage::Vocational => "示例中等职业学校".to_owned(),
            Stage::College => "示例职业技术学院".to_owned(),
            Stage::Bachelor | Stage::Master => "示例大学".to_owned(),
        };
        let major = rng.pick(p.schooling.majors(p.sex()));
        // Certificates of higher and secondary education are on file nationally; compulsory school gives none to show.
        let graduations: Vec<Value> = completed
            .iter()
            .filter(|c| c.stage >= Stage::Senior)
            .map(|c| {
                let degree = match c.stage {
                    Stage::Bachelor => Some("bachelor"),
                    Stage::Master => Some("master"),
                    _ => None,
                };
                json!({
                    "certificate_number": format!("S{}{}9{:06}", c.on.year(), c.stage as u8, p.salt % 1_000_000),
                    "school": school(c.stage),
                    "level": c.stage.code(),
                    "major": (c.stage != Stage::Senior).then_some(major),
                    "degree": degree,
                    "degree_number": degree.map(|_| format!("S{}X9{:06}", c.on.year(), p.salt % 1_000_000)),
                    "graduated_on": c.on,
                })
            })
            .collect();
        let poor = self.household_of().assistance.is_some();
        let mut skills = Vec::new();
        if matches!(p.occupation, Occupation::Employed { .. }) && rng.percent(15) {
            let occupation =
                rng.pick(&["电工", "中式烹调师", "养老护理员", "汽车维修工", "企业人力资源管理师"]);
            let months = rng.between(1, 60);
            skills.push(json!({
                "number": format!("S{:015}", p.salt % 1_000_000_000_000_000),
                "occupation": occupation,
                "level": rng.between(3, 5),
                "issued_on": plus_months(FROZEN_ON, -months),
                "subsidised": months > 12,
            }));
        }
        let stage = enrolment.map(|e| e.stage);
        json!({
            "highest_level": completed.last().map(|c| c.stage.code()),
            "graduated_on": completed.last().map(|c| c.on),
            "graduations": graduations,
            "enrolment": {
                "enrolled": enrolment.is_some(),
                "stage": stage.map(Stage::code),
                "school": stage.map(school),
                "region": stage.map(|_| county),
                "grade": enrolment.map(|e| e.grade),
                "student_number": stage.filter(|s| *s != Stage::Kindergarten).map(|_| format!("G{}", p.id.as_str())),
                "since": enrolment.map(|e| e.since),
                "aid": enrolment.map(|_| poor && rng.percent(60)),
            },
            "skills": skills,
        })
    }

    fn vehicles(&self) -> Value {
        let p = self.person;
        let owned: Vec<&Vehicle> = p
            .vehicles
            .iter()
            .map(|at| &self.population.vehicles[*at as usize])
            .filter(|v| v.registered_on <= self.today)
            .collect();
        let licence = p.licence.as_ref();
        let status = match licence {
            None => "none",
            Some(l) if l.valid_until.is_some_and(|until| until < self.today) => "expired",
            Some(_) => "valid",
        };
        let records: Vec<Value> = owned
            .iter()
            .map(|v| {
                json!({
                    "plate": v.plate,
                    "kind": v.kind,
                    "brand": v.brand,
                    "new_energy": v.new_energy,
                    "registered_on": v.registered_on,
                    "inspection_due_on": v.inspection_due_on,
                    "insured_until": v.insured_until,
                    "violations": v.violations,
                    "mortgaged": false,
                    "status": if v.inspection_due_on < self.today { "overdue" } else { "normal" },
                })
            })
            .collect();
        json!({
            "licence": {
                "status": status,
                "class": licence.map(|l| l.class),
                "file_number": licence.map(|_| format!("3301{:08}", p.salt % 100_000_000)),
                "first_issued_on": licence.map(|l| l.first_issued_on),
                "valid_until": licence.and_then(|l| l.valid_until),
                "points": licence.map(|l| l.points),
            },
            "vehicle_count": owned.len(),
            "unhandled_violations": owned.iter().map(|v| v.violations).sum::<i64>(),
            "vehicles": records,
        })
    }

    fn disability(&self) -> Value {
        let p = self.person;
        let Some(d) = p.disability else { return json!({ "disability": { "registered": false } }) };
        let mut rng = self.rng(4);
        let child_or_mind = self.age() < 18 || matches!(d.category, "intellectual" | "mental");
        let guardian = self.household_of().members.iter().map(|at| &self.population.persons[*at as usize]);
        let guardian =
            guardian.filter(|m| m.id != p.id && m.id.age_on(self.today) >= 18).map(|m| &m.name).next();
        json!({
            "disability": {
                "registered": true,
                "certificate_number": format!("{}{}{}", p.id.as_str(), category_digit(d.category), d.level),
                "category": d.category,
                "level": d.level,
                "issued_on": d.issued_on,
                "valid_until": d.valid_until,
                "guardian_name": guardian.filter(|_| child_or_mind),
                "living_subsidy": d.living_subsidy,
                "care_subsidy": d.care_subsidy,
                "last_device_on": rng.percent(20).then(|| plus_months(FROZEN_ON, -rng.between(1, 48)).max(d.issued_on)),
            },
        })
    }

    fn veterans(&self) -> Value {
        let Some(s) = self.person.service.filter(|s| s.discharged_on <= self.today) else {
            return json!({ "veteran": { "registered": false } });
        };
        let placement = match s.category {
            "sergeant" if months_between(s.enlisted_on, s.discharged_on) >= 144 => "assigned",
            _ => "self_employed",
        };
        let home = self.household_of().region;
        json!({
            "veteran": {
                "registered": true,
                "category": s.category,
                "enlisted_on": s.enlisted_on,
                "discharged_on": s.discharged_on,
                "service_months": months_between(s.enlisted_on, s.discharged_on),
                "placement": placement,
                "settlement_region": home.at(Level::County).unwrap_or(home),
                "grant_paid": s.grant_paid,
                "card_number": s.card.then(|| format!("SYZ{:09}", self.person.salt % 1_000_000_000)),
                "card_valid_until": s.card.then(|| plus_months(FROZEN_ON, 60)),
                "entitled": s.entitled,
                "monthly_allowance": s.entitled.map(|_| s.allowance),
            },
        })
    }

    fn low_income(&self) -> Value {
        let household = self.household_of();
        let mut rng = self.rng(5);
        let elderly = json!({
            "allowance": self.person.elderly_allowance && self.age() >= 80,
            "care_subsidy": household.assistance.is_some() && self.age() >= 65 && rng.percent(40),
        });
        let Some(a) = household.assistance.filter(|a| a.since <= self.today) else {
            return json!({ "assistance": { "registered": false, "status": "none" }, "elderly": elderly });
        };
        let minimum = a.kind == AssistanceKind::MinimumLiving;
        json!({
            "assistance": {
                "registered": true,
                "status": if minimum { "minimum_living" } else { "marginal" },
                "certificate_number": format!("{}{}", if minimum { "DB" } else { "BY" }, household.number),
                "region": household.region,
                "since": a.since,
                "reviewed_on": a.reviewed_on,
                "persons": household.members.len(),
                "monthly_allowance": minimum.then_some(a.allowance),
                "income_per_head": a.income_per_head,
            },
            "elderly": elderly,
        })
    }
}

/// The document of the register of market entities.
pub fn of_entity(population: &Population, entity: &Entity, today: Date) -> Value {
    let representative = &population.persons[entity.representative as usize];
    let mut rng = Rng::of(entity.salt, 6);
    let place = |region: RegionCode| population.regions.get(region).map_or("", |r| r.name.zh.as_str());
    let county = entity.region.at(Level::County).unwrap_or(entity.region);
    let city = entity.region.at(Level::City).unwrap_or(entity.region);
    // Reports for a year are due by 30 June of the next.
    let due = today.year() - if today.month() >= 7 { 1 } else { 2 };
    let reported = due - i16::from(entity.late_report);
    let staff = entity.staff.len() as i64;
    let last_year = (staff + rng.between(-1, 2)).max(0);
    let layoffs = if rng.percent(80) { 0 } else { rng.between(1, 9) };
    let large = staff >= 12;
    let licences: Vec<Value> = entity
        .licences
        .iter()
        .map(|l| {
            json!({
                "number": l.number, "kind": l.kind, "name": l.name, "premises": entity.address,
                "scope": l.scope, "issued_on": l.issued_on, "valid_until": l.valid_until,
            })
        })
        .collect();
    let paid_months = if entity.arrears { -4 } else { -1 };
    json!({
        "entity": {
            "name": entity.name,
            "credit_code": entity.code,
            "kind": entity.kind.code(),
            "status": entity.status,
            "representative_name": representative.name,
            "representative_id": representative.id,
            "registered_capital": (entity.capital > 0).then_some(entity.capital),
            "scope": entity.industry.scope,
            "industry": entity.industry.code,
            "address": entity.address,
            "region": county,
            "established_on": entity.established_on,
            "term_until": entity.term_until,
            "authority": format!("{}{}市场监督管理局", place(city), place(county)),
            "phone": representative.phone,
        },
        "compliance": {
            "annual_report_year": (entity.established_on.year() <= reported).then_some(reported),
            "abnormal_listed": entity.abnormal,
            "seriously_dishonest": entity.status == "revoked" && rng.percent(20),
            "penalties_three_years": if rng.percent(94) { 0 } else { rng.between(1, 3) },
        },
        "tax": {
            "kind": if large { "general" } else { "small" },
            "arrears": entity.arrears,
            "credit_grade": if entity.arrears { "C" } else { rng.pick(&["A", "B", "B", "B", "M"]) },
            "open_invoices": if rng.percent(90) { 0 } else { rng.between(1, 25) },
        },
        "social": {
            "registered": staff > 0,
            "arrears": entity.arrears,
            "insured_staff": staff,
            "insured_staff_last_year": last_year,
            "layoff_rate": layoffs,
            "unemployment_paid_last_year": last_year * rng.between(420, 760) * 100,
            "disabled_staff": entity.staff.iter().filter(|at| population.persons[**at as usize].disability.is_some()).count(),
        },
        "housing_fund": {
            "registered": entity.fund_registered && staff > 0,
            "paid_until": (entity.fund_registered && staff > 0).then(|| plus_months(today, paid_months).last_of_month()),
        },
        "licences": licences,
    })
}

/// Monthly wage in fen.
fn wage(person: &Person) -> i64 {
    let mut rng = Rng::of(person.salt, 7);
    let spread = match person.schooling.last {
        Stage::Master => (11_000, 26_000),
        Stage::Bachelor => (7_000, 19_000),
        Stage::College => (5_600, 12_500),
        _ => (4_900, 9_800),
    };
    rng.between(spread.0, spread.1) * 100
}

/// Average monthly wage at an employer last year, in fen.
fn average_wage(entity: &Entity) -> i64 {
    Rng::of(entity.salt, 8).between(5_800, 13_800) * 100
}

/// Months of unemployment benefit by contributions: up to 12 under five years, 18 under ten, else 24 (Social Insurance
/// Law, article 46); two for each full year as many places count, three for the first.
fn benefit_months(paid: i64) -> i64 {
    let years = paid / 12;
    let most = if years < 5 {
        12
    } else if years < 10 {
        18
    } else {
        24
    };
    if years < 1 { 0 } else { (1 + years * 2).min(most) }
}

/// Position of the category in GB/T 26341, as it stands in the certificate number.
fn category_digit(category: &str) -> usize {
    let order = ["vision", "hearing", "speech", "physical", "intellectual", "mental", "multiple"];
    order.iter().position(|c| *c == category).map_or(0, |at| at + 1)
}

/// Hundredths as a decimal string.
fn decimal(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
