// People of the demo's population to file cases with. One identity belongs to one account, and an account has one draft
// of a service: tests that run side by side, and projects, each take people whom no other test takes.
import { test } from "@playwright/test";
import type { Citizen } from "./citizen";

/**
 * Residents who are grown up, at home, employed and insured in Hangzhou, as `cargo run -p standins --example people` lists them.
 * They are the same wherever the demo runs.
 */
const RESIDENTS: [name: string, id: string][] = [
  ["蒋启骏", "330109200104219011"],
  ["朱花芳", "360113197704069024"],
  ["李炳华", "330109197710059017"],
  ["丁思晓", "330102199005059024"],
  ["白毅恒", "330127199608219012"],
  ["尹翔毅", "330105200101069016"],
  ["罗昕", "330102198102059021"],
  ["吴璐梦", "340102198707049020"],
  ["罗远", "330127199711229016"],
  ["贾若晴", "330108198407019029"],
  ["曹丽", "330105197711179023"],
  ["唐诗涵", "330109199310269022"],
  ["谭静瑶", "33012219950916902X"],
  ["杨思安", "330108199904119025"],
  ["胡铭鹏", "330109199108139013"],
  ["汪菲昕", "330113198202089024"],
  ["章磊宇", "330702198709029016"],
  ["吕博", "331002199102109017"],
  ["林梦怡", "330182200005209026"],
  ["熊若昕", "330111199809149021"],
  ["杨佳妍", "330111198704239026"],
  ["孙晨景", "330109199005249017"],
  ["叶文国", "330182197706309017"],
  ["徐磊睿", "330110198312139011"],
  ["叶浩文", "360681199111049012"],
  ["周翔维", "330105198908199014"],
  ["黄凯宇", "330109199008319017"],
  ["周一凯", "330921199002049018"],
  ["常海明", "421003197709189016"],
  ["萧浩奕", "330127199501109016"],
  ["屠婷雨", "330182198604259025"],
  ["石思妍", "330109199905289022"],
  ["陆承磊", "421024198310139013"],
  ["朱一骏", "330402198309149012"],
  ["俞嘉诗", "330122200103179020"],
  ["常宇文", "330106199703179010"],
  ["廖安悦", "33018219941021902X"],
  ["赖瑶嘉", "330106199603259021"],
  ["袁子", "331122199809059026"],
  ["郑铭嘉", "330112199303229012"],
  ["上官鹏维", "330111198803289010"],
  ["魏文毅", "330106199406179014"],
  ["贺承航", "33010219951115901X"],
  ["林恒思", "331003199510259010"],
  ["叶菲涵", "420682198504119024"],
  ["武博毅", "330127198401259012"],
  ["陆妍宁", "330113197802089023"],
  ["江磊承", "33011119890903901X"],
  ["袁萱晴", "330110198702199028"],
  ["唐晓婷", "330122198507109029"],
  ["姚瑶梦", "330110199006099028"],
  ["金启宇", "330109199404249014"],
  ["苏睿", "410883198303019014"],
  ["夏景恒", "430821199110139019"],
  ["萧佳卉", "341302198701219027"],
  ["冯可佳", "330109199203169026"],
  ["石晓菲", "330109199710189021"],
  ["吴晓雪", "330211200004309025"],
  ["徐磊", "330112199304309014"],
];

/** Which residents belong to whom, as positions in the list. */
const TAKEN = {
  main: 0,
  looks: 3,
  english: 12,
  faults: 15,
  uploads: 27,
  strangers: 30,
  windows: 42,
  fees: 51,
} as const;

const PROJECTS = ["phone-js", "phone-nojs", "desktop"];

/** The `which`-th resident of a spec, another one in each project. */
export function resident(spec: keyof typeof TAKEN, which = 0): Citizen {
  const at = TAKEN[spec] + which * PROJECTS.length + Math.max(PROJECTS.indexOf(test.info().project.name), 0);
  const [name, id] = RESIDENTS[at] ?? ["", ""];
  // Numbers of the segment that nobody has; those of people with names end below 100.
  return { name, id, phone: `154000001${String(at).padStart(2, "0")}` };
}
