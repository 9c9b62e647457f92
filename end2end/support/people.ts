// People of the demo's population to file cases with. One identity belongs to one account, and an account has one draft
// of a service: tests that run side by side, and projects, each take people whom no other test takes.
import { test } from "@playwright/test";
import type { Citizen } from "./citizen";

/**
 * Residents who are grown up, at home, employed and insured in Hangzhou, as `cargo run -p standins --example people` lists them.
 * They are the same wherever the demo runs.
 */
const RESIDENTS: [name: string, id: string][] = [
  ["钟雪宁", "330111199505189024"],
  ["曹景子", "330109200008319012"],
  ["沈骏奕", "331002200008299016"],
  ["邹欣梦", "330110199206029024"],
  ["谢远毅", "330109200107019015"],
  ["宋鹏凯", "330105198012279011"],
  ["贺翔航", "330109198412229019"],
  ["黎翔俊", "330122199206279010"],
  ["史昊骏", "33011019960820901X"],
  ["曾若璐", "341124199703229028"],
  ["杜晓雨", "330109198710229025"],
  ["陈浩铭", "33012219881013901X"],
  ["杨恒承", "330111199302199011"],
  ["赵启涛", "330122199206159019"],
  ["贺凯铭", "330109198701079010"],
  ["阎铭", "330111199512059017"],
  ["吴航子", "330109199011309012"],
  ["吕博", "331002199102109017"],
  ["熊若昕", "330111199809149021"],
  ["毛磊恒", "330111198606289011"],
  ["孙晨景", "330109199005249017"],
  ["叶文国", "330182197706309017"],
  ["徐磊睿", "330110198312139011"],
  ["毛晓嘉", "330112199511239020"],
  ["黄凯宇", "330109199008319017"],
  ["周一凯", "330921199002049018"],
  ["萧浩奕", "330127199501109016"],
  ["屠婷雨", "330182198604259025"],
  ["石晨铭", "330109199805259010"],
  ["陆承磊", "421024198310139013"],
  ["朱一骏", "330402198309149012"],
  ["孔思", "330182199401189025"],
  ["丁妍琳", "330106199806269027"],
  ["廖涛毅", "330522199303199014"],
  ["赖瑶嘉", "330106199603259021"],
  ["邹维铭", "33011219900929901X"],
  ["郑铭嘉", "330112199303229012"],
  ["上官鹏维", "330111198803289010"],
  ["贾语", "330106199608059029"],
  ["贺承航", "33010219951115901X"],
  ["黄怡宁", "330127200012059025"],
  ["胡鹏嘉", "330127198901229012"],
  ["林恒思", "331003199510259010"],
  ["陈博景", "330109198212129013"],
  ["周婷", "330127198701229026"],
  ["陆妍宁", "330113197802089023"],
  ["江磊承", "33011119890903901X"],
  ["李博子", "330109199906279010"],
  ["易恒", "330110198511119013"],
  ["崔铭", "330122198208229012"],
  ["姚瑶梦", "330110199006099028"],
  ["金启宇", "330109199404249014"],
  ["苏睿", "410883198303019014"],
  ["吴轩思", "520622198505229011"],
  ["任承骏", "330109199008069011"],
  ["石晓菲", "330109199710189021"],
  ["蒋晓怡", "330111199201039027"],
  ["吴晓雪", "330211200004309025"],
  ["周晴怡", "330112199209249025"],
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
  // Only asks for a code: who signs in later with the same number would read it.
  asking: 57,
  supplements: 60,
  story: 63,
  bundles: 66,
  inbox: 75,
} as const;

const PROJECTS = ["phone-js", "phone-nojs", "desktop"];

/** The `which`-th resident of a spec, another one in each project. */
export function resident(spec: keyof typeof TAKEN, which = 0): Citizen {
  const at = TAKEN[spec] + which * PROJECTS.length + Math.max(PROJECTS.indexOf(test.info().project.name), 0);
  const [name, id] = RESIDENTS[at] ?? ["", ""];
  // Numbers of the segment that nobody has; those of people with names end below 100.
  return { name, id, phone: `154000001${String(at).padStart(2, "0")}` };
}
