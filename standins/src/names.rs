//! Names of people, places and firms, put together from parts.

use domain::identity::resident_id::Sex;

use crate::rng::Rng;

/// Family names, the more frequent ones more than once.
const FAMILY: &[&str] = &[
    "王", "王", "王", "李", "李", "李", "张", "张", "张", "刘", "刘", "陈", "陈", "陈", "陈", "杨", "杨",
    "赵", "黄", "周", "周", "周", "吴", "吴", "吴", "徐", "徐", "徐", "孙", "孙", "胡", "胡", "朱", "朱",
    "高", "林", "林", "何", "何", "郭", "马", "罗", "梁", "宋", "郑", "郑", "谢", "韩", "唐", "冯", "于",
    "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "沈", "沈", "曾", "彭", "吕", "苏", "卢", "蒋",
    "蒋", "蔡", "贾", "丁", "丁", "魏", "薛", "叶", "叶", "叶", "阎", "余", "余", "潘", "杜", "戴", "夏",
    "钟", "汪", "汪", "田", "任", "姜", "范", "方", "方", "石", "姚", "姚", "谭", "廖", "邹", "熊", "金",
    "金", "陆", "陆", "郝", "孔", "白", "崔", "康", "毛", "毛", "邱", "秦", "江", "史", "顾", "侯", "邵",
    "孟", "龙", "万", "段", "钱", "钱", "汤", "尹", "黎", "易", "常", "武", "乔", "贺", "赖", "龚", "文",
    "楼", "俞", "俞", "屠", "章", "应", "柴", "欧阳", "诸葛", "上官",
];

const MALE_OLD: &[&str] = &[
    "建", "国", "志", "明", "伟", "军", "华", "强", "文", "永", "福", "根", "德", "荣", "生", "宝", "金",
    "水", "祥", "忠", "仁", "炳", "松", "林", "海", "云", "清", "富", "贵", "法", "兴", "良",
];
const FEMALE_OLD: &[&str] = &[
    "秀", "英", "兰", "凤", "珍", "玉", "桂", "香", "娟", "芳", "红", "梅", "菊", "花", "琴", "爱", "素",
    "月", "美", "彩", "云", "珠", "仙", "莲", "翠", "霞", "萍", "娥", "丽", "惠", "春", "彬",
];
const MALE_YOUNG: &[&str] = &[
    "浩", "宇", "轩", "杰", "涛", "磊", "鹏", "俊", "晨", "泽", "睿", "博", "航", "子", "一", "嘉", "铭",
    "昊", "翔", "凯", "文", "思", "远", "景", "辰", "奕", "承", "启", "恒", "毅", "骏", "维",
];
const FEMALE_YOUNG: &[&str] = &[
    "雨", "欣", "怡", "婷", "静", "雪", "琳", "佳", "颖", "梦", "涵", "诗", "悦", "语", "思", "嘉", "子",
    "妍", "晴", "倩", "瑶", "宁", "若", "可", "萱", "彤", "昕", "晓", "菲", "卉", "璐", "安",
];

/// A family name.
pub fn family(rng: &mut Rng) -> &'static str {
    rng.pick(FAMILY)
}

/// A given name in the fashion of the birth year.
pub fn given(rng: &mut Rng, sex: Sex, birth_year: i16) -> String {
    let parts = match (sex, birth_year < 1978) {
        (Sex::Male, true) => MALE_OLD,
        (Sex::Female, true) => FEMALE_OLD,
        (Sex::Male, false) => MALE_YOUNG,
        (Sex::Female, false) => FEMALE_YOUNG,
    };
    let first = rng.pick(parts);
    if rng.percent(14) {
        return first.to_owned();
    }
    let mut second = rng.pick(parts);
    while second == first {
        second = rng.pick(parts);
    }
    format!("{first}{second}")
}

const ROADS: &[&str] = &[
    "晴川路",
    "问渠路",
    "知行路",
    "采薇路",
    "听松路",
    "临溪街",
    "望湖街",
    "梅坞路",
    "桂雨路",
    "荷风街",
    "云栖路",
    "竹影路",
    "茶香路",
    "柳浪街",
    "古渡路",
    "长桥街",
    "书院路",
    "花港路",
];
/// Every address carries one of these words: no real estate is called so.
const ESTATES: &[&str] = &["示例新村", "示例花园", "样本公寓", "样本苑", "演示家园", "演示小区"];

/// A street address below a township.
pub fn home(rng: &mut Rng) -> String {
    format!(
        "{}{}号{}{}幢{}单元{}{:02}室",
        rng.pick(ROADS),
        rng.between(1, 398),
        rng.pick(ESTATES),
        rng.between(1, 36),
        rng.between(1, 4),
        rng.between(1, 24),
        rng.between(1, 4)
    )
}

/// The address of a firm below a township.
pub fn premises(rng: &mut Rng) -> String {
    format!(
        "{}{}号示例大厦{}{:02}室",
        rng.pick(ROADS),
        rng.between(1, 398),
        rng.between(1, 28),
        rng.between(1, 20)
    )
}

const FIRM: &[&str] = &[
    "湖", "光", "知", "行", "云", "山", "禾", "木", "清", "风", "安", "和", "启", "辰", "远", "景", "博",
    "雅", "瑞", "丰", "恒", "通", "泰", "源", "嘉", "华", "新", "正", "明", "达", "海", "川", "盛", "业",
    "同", "创",
];

/// Two characters that name a firm.
pub fn firm(rng: &mut Rng) -> String {
    let first = rng.pick(FIRM);
    let mut second = rng.pick(FIRM);
    while second == first {
        second = rng.pick(FIRM);
    }
    format!("{first}{second}")
}

/// Ethnic group; nine in ten are Han.
pub fn ethnicity(rng: &mut Rng) -> &'static str {
    if rng.percent(96) {
        "汉族"
    } else {
        rng.pick(&["畲族", "回族", "土家族", "苗族", "壮族", "满族"])
    }
}
