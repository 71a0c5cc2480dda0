// The page inside a Mechanical Turk task: answers go into the form's hidden inputs.
(() => {
  const input = (name) => document.querySelector('crowd-form input[name="' + name + '"]');
  const asked = new URLSearchParams(location.search);
  const isPreview = asked.get("assignmentId") === "ASSIGNMENT_ID_NOT_AVAILABLE";
  const files = (stems) => (stems ? stems.split(",").map((stem) => stem + ".jpg") : []);
  const trials = input("trials").value.split(";").map((text) => {
    const [id, pictures] = text.split(":");
    const [show, context] = pictures.split("/");
    return { id, show: files(show), context: files(context) };
  });
  STUDY.study = input("study").value;
  const host = {
    form: Number(input("form").value),
    participant: asked.get("assignmentId") || randomName(),
    address: (file) => input("images_url").value + "/" + file,
    load: () => null,
    save: (state) => { input("answers").value = JSON.stringify(state.answers); },
    finish: (player) => {
      player.draw(make("h1", {}, "Done. Thank you!"), make("p", {}, "Press Submit to hand in."));
      document.getElementById("submit").style.display = "";
    },
  };
  const player = new Player(STUDY, trials, host);
  player.begin();
  if (isPreview) {
    const start = document.querySelector("#study button");
    start.disabled = true;
    start.textContent = "Accept the task to start";
  }
})();
