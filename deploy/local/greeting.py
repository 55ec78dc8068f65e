"""What a newcomer reads once everything runs."""

import shutil


def greeting(base_url: str) -> str:
    """Return where it runs, and lines that work when they are pasted as they are."""
    ask = 'curl -s -u "$LANDLORD_A" -d grant_type=client_credentials $BASE/oauth/token'
    search = "$BASE/v1/listings?near=-0.58,44.84&within_m=3000&feature=zero_step_shower&limit=3"
    curl = "" if shutil.which("curl") else "curl is not installed here: 'apt-get install curl' brings it.\n"
    return f"""
The registry runs at {base_url} with demonstration data (nobody in it exists). Ctrl-C stops it.
Credentials are in .local/demo.json; logs in .local/web.log and .local/worker.log.
The console for people: {base_url}/console; 'make people' prints who can sign in, and how. In another terminal, here:

  . .local/demo.sh
  TOKEN=$({ask} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s -H "Authorization: Bearer $TOKEN" "{search}"
{curl}"""
