// Draws one scene twice, as Slack and as Teams would; both renderers are others', fetched by `make card-pictures`.

import { createRoot } from "react-dom/client";
import { Message } from "slack-blocks-to-jsx";
import * as AdaptiveCards from "adaptivecards";
import markdownit from "markdown-it";

const words = markdownit();
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = words.render(text);
  result.didProcess = true;
};

window.draw = ({ slack, teams }) => {
  const left = document.getElementById("slack");
  createRoot(left).render(
    slack.map((blocks, n) => (
      <Message key={n} theme="light" name="Warmline" logo={window.logo} time={new Date(1772000000000)} blocks={blocks} />
    )),
  );
  const right = document.getElementById("teams");
  for (const json of teams) {
    const frame = document.createElement("div");
    frame.className = "frame";
    if (typeof json === "string") frame.innerHTML = json;
    else {
      const card = new AdaptiveCards.AdaptiveCard();
      card.hostConfig = new AdaptiveCards.HostConfig({ fontFamily: "Segoe UI, Lato, sans-serif", actions: { actionsOrientation: "horizontal", actionAlignment: "left" } });
      card.parse(json);
      frame.append(card.render());
    }
    right.append(frame);
  }
};
