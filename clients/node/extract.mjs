// A Node.js client of gazetted: one call and a stream, from the proto files as they are.
//
//     npm install          (in clients/node)
//     node clients/node/extract.mjs ARTICLE.txt [127.0.0.1:50051]
//
// Prints type, name and text of every mention; exits with 1 when the stream answers
// differently, or when a UTF-16 offset does not give the text of its mention.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const [path, address = "127.0.0.1:50051"] = process.argv.slice(2);
const protos = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "proto");
const definition = loader.loadSync("gazetted/v1/extraction_service.proto", {
  includeDirs: [protos],
  keepCase: false,
  enums: String,
  defaults: true,
  oneofs: true,
});
const { EntityExtractionService } = grpc.loadPackageDefinition(definition).gazetted.v1;
const service = new EntityExtractionService(address, grpc.credentials.createInsecure());

const body = readFileSync(path, "utf8");
const article = { articleId: "example", body };
const options = { offsetUnit: "OFFSET_UNIT_UTF16_CODE_UNITS" };
const fail = (message) => {
  console.error(message);
  process.exit(1);
};

const one = await new Promise((resolve, reject) =>
  service.extractEntities({ article, options }, (error, answer) => (error ? reject(error) : resolve(answer))),
);
for (const entity of one.entities) {
  for (const mention of entity.mentions) {
    if (body.slice(mention.begin, mention.end) !== mention.text) fail(`offsets of "${mention.text}" are wrong`);
    console.log([entity.type, entity.name, mention.text].join("\t"));
  }
}

const stream = service.streamExtractEntities();
stream.write({ settings: { options } });
stream.write({ article });
stream.write({ article: { articleId: "empty" } });
stream.end();
const answers = [];
for await (const answer of stream) answers.push(answer);
if (answers.map((answer) => answer.result).join() !== "response,error") fail("the stream answers differently");
if (JSON.stringify(answers[0].response) !== JSON.stringify(one)) fail("the stream answers differently");
service.close();
