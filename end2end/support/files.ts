// Files that people send, right and wrong.

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** A real photo. */
export const PHOTO = { name: "合同.png", mimeType: "image/png", buffer: PNG };

/** Words that only say they are a photo. */
export const NO_PHOTO = { name: "欠条.jpg", mimeType: "image/jpeg", buffer: Buffer.from("这不是照片，只是改了名字。") };

/** A real photo with more behind it than may be sent. */
export const TOO_LARGE = { name: "大图.png", mimeType: "image/png", buffer: Buffer.concat([PNG, Buffer.alloc(11 * 1024 * 1024)]) };

/** Something else altogether. */
export const DOCUMENT = {
  name: "说明.docx",
  mimeType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  buffer: Buffer.from("UEsDBBQAAAAIAA==", "base64"),
};
