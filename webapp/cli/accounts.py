"""`motcua account` and `motcua token`: who may sign in, and secrets for programs."""

from __future__ import annotations

import sys

import click

from engine import clock
from engine.services import accounts
from webapp.cli import opening, voice


@click.group("account", cls=voice.Subject, vi="Tài khoản.")
def account() -> None:
    """Accounts."""


def _typed(from_input: bool) -> str:
    """Read a password: a line of the standard input, or typed twice without being shown."""
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    prompt = {"vi": "Mật khẩu mới", "en": "New password"}[voice.language()]
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=True))


@account.command("create", vi="Tạo tài khoản với một vị trí riêng trong đơn vị.")
@click.argument("name")
@voice.option("--unit", required=True, vi="Đơn vị.", en="The unit.")
@voice.option("--roles", required=True, vi="Các vai trò, cách nhau bằng dấu phẩy.", en="The roles, comma-separated.")
@voice.option("--name", "full_name", vi="Họ và tên.", en="The full name.")
@voice.option("--password-stdin", is_flag=True, vi="Đọc mật khẩu từ dòng đầu của đầu vào chuẩn.",
              en="Read the password from the first line of the standard input.")
@voice.as_json
def create(name: str, unit: str, roles: str, full_name: str | None, password_stdin: bool, as_json: bool) -> None:
    """Create the account NAME with a position of its own in a unit; without a password it can only use tokens."""
    held = sorted({role.strip() for role in roles.split(",") if role.strip()})
    password = _typed(from_input=True) if password_stdin else None
    opening.database()
    made = accounts.create(name, unit, held, clock.now(), full_name=full_name, password=password)
    if as_json:
        voice.give({"account": made.name, "name": made.full_name, "unit": unit, "roles": held,
                    "password": password is not None})
    else:
        voice.tell(f"Đã tạo tài khoản {made.name}: {', '.join(held)} tại {unit}.",
                   f"Created the account {made.name}: {', '.join(held)} in {unit}.")


@account.command("password", vi="Đặt mật khẩu mới cho một tài khoản.")
@click.argument("name")
@voice.option("--password-stdin", is_flag=True, vi="Đọc mật khẩu từ dòng đầu của đầu vào chuẩn.",
              en="Read the password from the first line of the standard input.")
def password(name: str, password_stdin: bool) -> None:
    """Give the account NAME a new password."""
    opening.database()
    accounts.set_password(name, _typed(password_stdin), clock.now())
    voice.tell(f"Đã đổi mật khẩu của {name}.", f"The password of {name} is changed.")


@click.group("token", cls=voice.Subject, vi="Mã truy cập của chương trình khác.")
def token() -> None:
    """Bearer tokens for other programs."""


@token.command("create", vi="Tạo mã truy cập; mã chỉ hiện một lần.")
@voice.option("--account", "name", required=True, vi="Tài khoản mà mã hành động thay.",
              en="The account the token acts for.")
@voice.option("--label", default="", vi="Mã dùng cho việc gì.", en="What the token is for.")
@voice.as_json
def create_token(name: str, label: str, as_json: bool) -> None:
    """Create a bearer token and print its secret, which is shown only once."""
    opening.database()
    secret = accounts.create_token(name, label, clock.now())
    if as_json:
        voice.give({"account": name, "label": label, "token": secret})
    else:
        click.echo(secret)
