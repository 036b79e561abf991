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

// as https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/design-effective-cards shows them
const NIGHT = {
  backgroundColor: "#292929",
  foregroundColors: { default: { default: "#ffffff", subtle: "#adadad" }, attention: { default: "#f9526b" } },
};
const DARK = Object.fromEntries(
  ["default", "emphasis", "good", "attention", "warning", "accent"].map((style) => [style, NIGHT]),
);

window.draw = ({ slack, teams, theme }) => {
  document.documentElement.dataset.theme = theme;
  const left = document.getElementById("slack");
  createRoot(left).render(
    slack.map((blocks, n) => (
      <Message key={n} theme={theme} name="Warmline" logo={window.logo} time={new Date(1772000000000)} blocks={blocks} />
    )),
  );
  const right = document.getElementById("teams");
  for (const json of teams) {
    const frame = document.createElement("div");
    frame.className = "frame";
    if (typeof json === "string") frame.innerHTML = json;
    else {
      const card = new AdaptiveCards.AdaptiveCard();
      card.hostConfig = new AdaptiveCards.HostConfig({ fontFamily: "Segoe UI, Lato, sans-serif", ...(theme === "dark" ? { containerStyles: DARK } : {}), actions: { actionsOrientation: "horizontal", actionAlignment: "left", maxActions: 6, buttonSpacing: 8 } });
      card.parse(json);
      frame.append(card.render());
    }
    right.append(frame);
  }
};
