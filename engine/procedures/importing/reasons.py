"""Why something of another engine is left out, in the words of the report."""

from __future__ import annotations

from engine.domain.text import Text

PERSONS = Text("Người cụ thể nằm ở tệp tổ chức; một bước chỉ hỏi vai trò.",
               "People stand in the organisation file; a step asks for a role.")
MORE_GROUPS = Text("Một bước chỉ hỏi một vai trò: đã lấy nhóm đầu tiên.",
                   "A step asks for one role: the first group was taken.")
COMPUTED_GROUPS = Text("Vai trò không thể tính ra khi chạy.", "A role cannot be computed while the case runs.")
COMPUTED = Text("Không thể tính ra khi chạy.", "It cannot be computed while the case runs.")
NO_ROLE_FOR_PRIORITY = Text("Độ ưu tiên đi cùng vai trò, mà bước này chưa có vai trò viết được.",
                            "A priority goes with a role, and this step has none that can be written down.")
PRIORITY_RANGE = Text("Độ ưu tiên là số nguyên từ 0 đến 100.", "A priority is a whole number from 0 to 100.")
NO_PERIOD = Text("Không bằng một thời hạn như «3 days», «4 hours»; thời hạn của bước khai bằng motcua:deadline.",
                 "It equals no period such as “3 days” or “4 hours”; a step's limit is declared with motcua:deadline.")
NO_TIME = Text("Không phải thời gian theo ISO 8601, và không phải biểu thức dịch được.",
               "It is no time of ISO 8601, and no expression that can be translated.")
FOLLOW_UP = Text("Không có ngày nhắc riêng: mức cảnh báo (warnAt) của thời hạn làm việc này.",
                 "There is no follow-up date: the warning point (warnAt) of a deadline does this.")
FIRST_WINS = Text("Đã có khai báo bằng từ của motcua.", "It is already declared in the words of motcua.")
NEVER_RUN = Text("Mã của máy khác không bao giờ được chạy; việc này do một hàm dịch vụ đã đăng ký làm.",
                 "Code of another engine is never run; a registered service handler does this.")
SCRIPT = Text("Chỉ chạy các dòng «tên = biểu thức»; phần này viết bằng ngôn ngữ khác hoặc làm việc khác.",
              "Only lines “name = expression” run; this is another language or does something else.")
EXPRESSION = Text("Biểu thức không dịch được sang ngôn ngữ biểu thức của motcua.",
                  "The expression cannot be put into the expression language of motcua.")
MAPPING = Text("Các bước và quy trình con đọc chung dữ liệu của hồ sơ, không cần ánh xạ.",
               "Steps and called processes read the data of the case; no mapping is needed.")
LISTENER = Text("Trình lắng nghe là mã của máy khác; thư khai bằng motcua:letter, đồng hồ bằng motcua:clock.",
                "Listeners are code of another engine; letters are declared with motcua:letter, "
                "the clock with motcua:clock.")
CONNECTOR = Text("Kết nối ra ngoài do một hàm dịch vụ đã đăng ký làm.",
                 "A connection to the outside is made by a registered service handler.")
CORRELATION = Text("Thông điệp được ghép theo mã hồ sơ.", "Messages are correlated by the code of the case.")
EXECUTION = Text("Cách chạy (giao dịch, thử lại, ưu tiên việc nền) do motcua quyết định.",
                 "How things run (transactions, retries, priority of jobs) is decided by motcua.")
HISTORY = Text("Lịch sử của hồ sơ được giữ theo luật lưu trữ, không theo sơ đồ.",
               "The history of cases is kept by the law on records, not by the diagram.")
VERSION = Text("Phiên bản do motcua đánh số khi công bố.", "Versions are numbered by motcua when published.")
STARTERS = Text("Ai cũng có thể nộp hồ sơ; việc này không khai trong sơ đồ.",
                "Anybody may file a case; this is not declared in the diagram.")
HEADERS = Text("Hàm dịch vụ đọc dữ liệu của hồ sơ, không đọc tham số trong sơ đồ.",
               "A handler reads the data of the case, no parameters from the diagram.")
TEMPLATE = Text("Chỉ là mẫu của công cụ vẽ.", "It is a template of the modeler.")
CALENDAR = Text("Thời hạn tính theo lịch làm việc của đơn vị.", "Periods are counted by the unit's calendar.")
COLLECTED = Text("Kết quả của các lần thực hiện được gom thành danh sách dưới id của bước.",
                 "What the instances give is collected as a list under the id of the step.")
PAGE = Text("Trang của máy khác không được hiển thị; mẫu khai viết bằng JSON Schema.",
            "Pages of another engine are not shown; forms are written as JSON Schema.")
UNKNOWN = Text("Không có phần tương ứng; giữ nguyên trong tệp và không đọc.",
               "It has no counterpart; it stays in the file and is not read.")
OWN_NAME = Text("Trợ giúp của máy khác cho người làm; viết lại thành documentation hoặc trong mẫu khai.",
                "Help of another engine for the person; write it as documentation or in the form.")
DEFAULT_CONDITION = Text("Luồng mặc định không có điều kiện.", "A default flow has no condition.")
DISPLAY = Text("Chỉ để trình bày; mẫu khai chỉ giữ các mục cần trả lời.",
               "It only shows something; a form keeps what asks for an answer.")
UNSAFE = Text("HTML, iframe và mã trong mẫu khai bị từ chối.", "HTML, iframes and code in forms are refused.")
DYNAMIC = Text("Lựa chọn lấy từ dữ liệu khi chạy không được hỗ trợ; nêu các lựa chọn trong mẫu.",
               "Choices taken from data at run time are not supported; name them in the form.")
FORM_RULE = Text("Quy tắc này của mẫu khai không có phần tương ứng.", "This rule of the form has no counterpart.")
FORM_TYPE = Text("Loại ô này không được hỗ trợ.", "This kind of field is not supported.")
EXPRESSION_LANGUAGE = Text("Bảng quyết định dùng FEEL; ngôn ngữ khác không chạy.",
                           "Decision tables use FEEL; another language does not run.")
DECISION_MAP = Text("Kết quả của bảng được giữ nguyên thành bản ghi dưới id của bước.",
                    "The answer of a table is kept whole, as a record under the id of the step.")
LATEST = Text("Hồ sơ giữ phiên bản mà nó được tiếp nhận; quy trình và mẫu con nằm trong gói.",
              "A case keeps the version it was received under; what it calls is in its pack.")
PAPERS = Text("Giấy tờ phải nộp khai ở [[paper]] trong procedure.toml.",
              "Papers to be filed are declared as [[paper]] in procedure.toml.")
