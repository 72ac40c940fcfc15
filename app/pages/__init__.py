"""The pages of demo mode: a citizen's certificate taken, shown and verified in a browser.

They call the running service over HTTP like any other program (`app.service_client`), with the
operator's and the demo citizen's tokens; that is why they exist in demo mode only.
"""
